import { expect, test } from 'vitest';
import { runScript } from '../support/process.ts';

const query =
  '{ contact(by: {cid: "986a372347aac5e4a94516db835d58aa"}) { cid firstName devices { nodes { macAddress } } } }';

/** @returns the three responses to the same query of a gateway process with the demo data: the second and third are planned */
async function responsesOf(nodeOptions: string): Promise<unknown[]> {
  const gateway = runScript('src/main.ts', [], { PORT: '0', NODE_OPTIONS: nodeOptions });
  try {
    const [, url = ''] = await gateway.printed(/listens on (\S+)/);
    const responses: unknown[] = [];
    while (responses.length < 3) {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
      responses.push(await response.json());
    }
    return responses;
  } finally {
    gateway.child.kill('SIGKILL');
    await gateway.exited;
  }
}

test('the gateway starts where Node permits no generated code, and its responses are the same', {
  timeout: 60_000,
}, async () => {
  const permitted = await responsesOf('');
  expect(permitted[0]).toMatchObject({ data: { contact: { firstName: 'Ada' } } });
  expect(await responsesOf('--disallow-code-generation-from-strings')).toEqual(permitted);
});
