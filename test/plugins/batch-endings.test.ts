import { describe, expect, test } from 'vitest';
import { paths, startBatching } from '../support/batch.ts';

const list = {
  query: 'query Branches($first: Int!) { contacts(first: $first) { nodes { cid devices { totalCount } } } }',
};
const nodes = { query: 'query Nodes($ids: [ID!]!) { nodes(ids: $ids) { id } }' };
const idOf = ({ cid }: { cid: string }) => Buffer.from(`Contact:${cid}`).toString('base64');
/** The capacity of one caller is then 24 calls. */
const capacity = { UPSTREAM_CONNECTIONS: '12' };

describe.each(paths)('on %s', (_path, env) => {
  test('an operation of a batch returns its capacity when it ends, and the next one of the same batch takes it', async () => {
    const { stack, sendBatch, calls } = await startBatching({ ...env, ...capacity });
    const ids = stack.emulator.contacts().map(idOf);
    const entries = await sendBatch([
      { ...nodes, variables: { ids: ids.slice(0, 18) } },
      { ...nodes, variables: { ids: ids.slice(18, 36) } },
      { ...nodes, variables: { ids: ids.slice(36, 54) } },
    ]);
    for (const { errors } of entries) expect(errors).toBeUndefined();
    expect(calls()).toBe(54);
  });

  test('an operation of a batch keeps its capacity and its deadline when another one has ended', async () => {
    const deadline = { OPERATION_DEADLINE_MS: '2000', TRY_TIMEOUT_MS: '20000', QUEUE_WAIT_MS: '100' };
    const { stack, sendBatch, calls } = await startBatching({ ...env, ...capacity, ...deadline });
    stack.emulator.control.fault({ path: '/devices', kind: 'hang', times: 17 });
    const pending = sendBatch([{ query: '{ __typename }' }, { ...list, variables: { first: 17 } }]);
    await expect.poll(calls).toBeGreaterThan(1);
    const ids = stack.emulator.contacts().slice(0, 17).map(idOf);
    expect(await sendBatch([{ ...nodes, variables: { ids } }])).toMatchObject([
      { errors: [{ extensions: { code: 'OVERLOADED' } }] },
    ]);
    const [ended, late] = await pending;
    expect(ended).toEqual({ data: { __typename: 'Query' } });
    expect(late?.errors?.[0]).toMatchObject({ extensions: { code: 'UPSTREAM_TIMEOUT' } });
    expect(calls()).toBe(13); // the list, and as many calls as there are sockets
  });

  test('the upstream calls of all operations of a batch are aborted when its client disconnects', async () => {
    const { stack, send } = await startBatching(env);
    const { control } = stack.emulator;
    control.latency({ pattern: '.', ms: 1_500 });
    const leaving = new AbortController();
    const ids = stack.emulator.contacts().map(idOf);
    const operations = [0, 1].map((index) => ({ ...nodes, variables: { ids: [ids[index]] } }));
    const lost = send(operations, {}, leaving.signal);
    await expect.poll(() => control.loggedInFlight()).toBe(2);
    leaving.abort();
    await expect(lost).rejects.toThrow();
    await expect.poll(() => control.abortedByClient()).toBe(2);
  });
});
