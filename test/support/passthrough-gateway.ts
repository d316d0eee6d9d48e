import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import { readConfig } from '../../src/config/config.ts';
import { createGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { accelerators } from './config.ts';
import { type Answer, toAnswer } from './gateway.ts';

export type Passthrough = {
  emulator: Emulator;
  client: UpstreamClient;
  /** A token of the upstream's own. */
  logIn(client: { clientKey: string; clientSecret: string }): Promise<string>;
  query(authorization: string | undefined, text: string): Promise<Answer>;
  close(): Promise<void>;
};

/** The one contact that everybody knows, and who asks. */
export const ada = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } viewer { scopes } }`;

/** A gateway that forwards the tokens of its callers. */
export async function startPassthrough(): Promise<Passthrough> {
  const emulator = await startEmulator({ contacts: 200 });
  const client = createUpstreamClient({ url: emulator.url });
  const config = readConfig({ ...accelerators, UPSTREAM_URL: emulator.url });
  const authenticate = authenticateByPassthrough(config.organizationId);
  const gateway = createGateway({ config, client, authenticate, log: createLog('silent') });
  return {
    emulator,
    client,
    async logIn({ clientKey, clientSecret }) {
      const response = await fetch(`${emulator.url}/v1/sts/login/services`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ clientKey, clientSecret }),
      });
      return ((await response.json()) as { token: string }).token;
    },
    query: (authorization, text) => ask(gateway, authorization, text),
    async close() {
      await client.close();
      await emulator.close();
    },
  };
}

export async function ask(
  { fetch }: Pick<ReturnType<typeof createGateway>, 'fetch'>,
  authorization: string | undefined,
  text: string,
): Promise<Answer> {
  const response = await fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    body: JSON.stringify({ query: text }),
  });
  return toAnswer(response);
}
