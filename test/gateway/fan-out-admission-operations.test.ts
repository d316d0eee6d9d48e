import { afterEach, describe, expect, test } from 'vitest';
import { startFanOut } from '../support/fan-out.ts';

let stack: Awaited<ReturnType<typeof startFanOut>>;
afterEach(() => stack.close());

const devices = 'devices { totalCount }';
const idOf = (cid: string) => Buffer.from(`Contact:${cid}`).toString('base64');
const contacts = (cids: readonly string[]) =>
  cids.map((cid, index) => `c${index}: contact(by: {cid: "${cid}"}) { cid }`).join(' ');

/** Twelve sockets admit 24 calls of one caller; a list whose devices hang takes 21 of them. */
async function startBusy(env: Record<string, string> = {}) {
  stack = await startFanOut({ UPSTREAM_CONNECTIONS: '12', ...env });
  const mine = await stack.client();
  stack.control.fault({ path: '/devices', kind: 'hang', times: 20 });
  const leaving = new AbortController();
  const lost = mine(`{ contacts(first: 20) { nodes { ${devices} } } }`, {}, leaving.signal).catch(() => undefined);
  await expect.poll(stack.routes).toHaveLength(21);
  stack.control.clearLog();
  return {
    mine,
    others: await stack.client(),
    async release() {
      leaving.abort();
      await lost;
    },
  };
}

describe('an operation with many calls waits before it is executed', () => {
  test.each([
    ['of nodes', (cids: readonly string[]) => `{ nodes(ids: [${cids.map((cid) => `"${idOf(cid)}"`)}]) { id } }`],
    ['of aliases', (cids: readonly string[]) => `{ ${contacts(cids)} }`],
    [
      'of which a tiny list comes first',
      (cids: readonly string[]) => `{ contacts(first: 1) { nodes { ${devices} } } ${contacts(cids)} }`,
    ],
  ])('an operation %s gets OVERLOADED without an upstream call, and none for another caller', async (_, documentOf) => {
    const { mine, others, release } = await startBusy({ QUEUE_WAIT_MS: '100' });
    const document = documentOf(stack.cids().slice(0, 18));
    const { data, errors } = await mine(document);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'OVERLOADED', retryable: true } }]);
    expect(stack.routes()).toEqual([]);
    await release();
    expect((await others(document)).errors).toEqual([]);
    expect((await mine(document)).errors).toEqual([]);
  });

  test('a small list asks for the calls of its whole operation', async () => {
    const { mine, release } = await startBusy({ QUEUE_WAIT_MS: '100' });
    const list = (name: string, first: number) => `${name}: contacts(first: ${first}) { nodes { ${devices} } }`;
    expect((await mine(`{ ${list('a', 1)} ${list('b', 2)} }`)).errors).toMatchObject([
      { extensions: { code: 'OVERLOADED' } },
      { extensions: { code: 'OVERLOADED' } },
    ]);
    expect(stack.routes()).toEqual([]);
    await release();
  });
});

test('operations with any mix of lists end, because each waits once for all of its calls', async () => {
  stack = await startFanOut();
  const mine = await stack.client();
  const random = (() => {
    let state = 7;
    return (max: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return 1 + (state % max);
    };
  })();
  const list = (name: string) =>
    `${name}: contacts(first: ${random(4)}) { nodes { ${devices} events { totalCount } } }`;
  const answers = Array.from({ length: 30 }, () => {
    const lists = Array.from({ length: random(4) }, (_, index) => list(`l${index}`));
    return mine(`{ ${lists.join(' ')} ${random(2) === 1 ? contacts(stack.cids().slice(0, random(30))) : ''} }`);
  });
  for (const { errors } of await Promise.all(answers)) {
    expect(errors.filter(({ extensions }) => extensions['code'] !== 'OVERLOADED')).toEqual([]);
  }
  expect((await mine(`{ ${list('a')} ${list('b')} }`)).errors).toEqual([]);
});
