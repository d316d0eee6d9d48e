import { afterEach, describe, expect, test } from 'vitest';
import { startFanOut } from '../support/fan-out.ts';
import type { Answer } from '../support/gateway.ts';

let stack: Awaited<ReturnType<typeof startFanOut>>;
afterEach(() => stack.close());

const admissionOff = { SWITCHED_OFF: 'cache,coalescer,fan-out-admission' };

/** The gateway has two sockets. Two hanging calls of the first caller occupy both until the returned function is called. */
async function occupy(query: (text: string, variables?: object, signal?: AbortSignal) => Promise<Answer>) {
  stack.control.fault({ path: '/customers/', kind: 'hang', times: 2 });
  const leaving = new AbortController();
  const [one, other] = stack.cids();
  const lost = [one, other].map((cid) => query(contact(cid), {}, leaving.signal).catch(() => undefined));
  await expect.poll(stack.routes).toHaveLength(2);
  return async () => {
    leaving.abort();
    await Promise.all(lost);
  };
}

const contact = (cid: string | undefined) => `{ contact(by: {cid: "${cid}"}) { cid } }`;
/** A document of `count` calls. */
const many = (cids: readonly string[]) =>
  `{ ${cids.map((cid, index) => `c${index}: contact(by: {cid: "${cid}"}) { cid }`).join(' ')} }`;

describe('a caller with many queued calls does not delay others', () => {
  test.each([
    ['of its own organization', 'manager'],
    ['of another organization', 'second'],
  ] as const)('the call of a caller %s is among the next few', async (_, of) => {
    stack = await startFanOut(admissionOff);
    const [greedy, modest] = [await stack.client(), await stack.client(of)];
    const release = await occupy(greedy);
    const flood = greedy(many(stack.cids().slice(0, 40)));
    const read = modest('{ contacts(first: 1) { nodes { cid } } }');
    await modest('{ __typename }'); // When this is answered, the gateway has received the requests above as well.
    await release();
    expect((await read).errors).toEqual([]);
    expect((await flood).errors).toEqual([]);
    const behind = stack.routes().slice(2);
    expect(behind).toHaveLength(41);
    expect(behind.indexOf('contacts')).toBeLessThanOrEqual(5);
  });
});

describe('a caller that has used its half of the queue', () => {
  test('gets OVERLOADED for its further calls, and a caller of its organization is answered', async () => {
    stack = await startFanOut({ ...admissionOff, QUEUE_MAX: '20' });
    const [greedy, modest] = [await stack.client(), await stack.client()];
    const release = await occupy(greedy);
    const flood = greedy(many(stack.cids().slice(0, 40)));
    const reads = [1, 2, 3].map((first) => modest(`{ contacts(first: ${first}) { nodes { cid } } }`));
    await modest('{ __typename }');
    await release();
    expect((await Promise.all(reads)).flatMap(({ errors }) => errors)).toEqual([]);
    const { errors } = await flood;
    expect(new Set(errors.map(({ extensions }) => extensions?.['code']))).toEqual(new Set(['OVERLOADED']));
    expect(errors).toHaveLength(30);
    expect(stack.routes()).toHaveLength(2 + 10 + 3);
  });
});
