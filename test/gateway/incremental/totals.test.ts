import { describe, expect, test, vi } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { allParts, current, legacy, paths, startDelivering } from '../../support/parts.ts';

const by = `by: {cid: "${demo.contactId}"}`;
const deferred = `{ contact(${by}) { cid ... @defer { devices { totalCount } } } }`;

describe.each(paths)('on %s', (_path, env) => {
  test.each([current, legacy])('for %s the cost and the explanation are in the last part', async (accept) => {
    const { send } = await startDelivering({ ...env, EXPLAIN: 'true' });
    const { parts } = await send(deferred, { accept, extensions: { cost: true, explain: true } });
    const all = await allParts(parts);
    expect(all.slice(0, -1).every(({ extensions }) => extensions === undefined)).toBe(true);
    const { cost, explain } = all.at(-1)?.extensions ?? {};
    expect(cost).toMatchObject({ requested: 2, actual: 2 });
    expect(explain).toMatchObject({ requests: 2, steps: [{}, {}] });
  });

  test('the line of an operation is written after its last part, once, with the totals', async () => {
    const { send, lines } = await startDelivering(env);
    await allParts((await send(deferred)).parts);
    await expect.poll(lines).toHaveLength(1);
    expect(lines()).toEqual([
      expect.objectContaining({
        ...{ operation: 'query', upstreamCalls: 2, requestedCalls: 2, actualCalls: 2, parts: 2 },
        ...{ ms: expect.any(Number), firstPartMs: expect.any(Number) },
      }),
    ]);
    expect(lines()[0]).not.toHaveProperty('errors');
  });

  test('the calls that an operation does not make are given back once', async () => {
    const { send } = await startDelivering({
      ...env,
      CALLS_PER_MINUTE: '60',
      CALLS_BURST_SECONDS: '60',
      SWITCHED_OFF: 'retry',
    });
    const query = `{ contact(${by}) { cid ... @defer { devices { totalCount } events { totalCount } } } }`;
    const remaining: number[] = [];
    for (const _ of [1, 2, 3]) {
      const { parts } = await send(query, { extensions: { cost: true } });
      remaining.push((await allParts(parts)).at(-1)?.extensions?.['cost'].remaining);
    }
    expect(new Set(remaining).size).toBe(1); // the second and the third time all is cached
  });

  test('a part has no text of the upstream, and INTERNAL in the place of an unexpected error', async () => {
    const { send, control, stack } = await startDelivering(env);
    control.fault({ path: '/devices', kind: 'status', status: 500, message: 'canary', times: 5 });
    const { parts } = await send(deferred);
    const rest = JSON.stringify(await allParts(parts));
    expect(rest).toContain('UPSTREAM_UNAVAILABLE');
    expect(rest + stack.logged.join('')).not.toContain('canary');
  });

  test('the parts of an answer have at most 100 errors together, and each with errors one at least', async () => {
    const { send } = await startDelivering(env);
    const invalid = (from: number) =>
      Array.from({ length: 60 }, (_, n) => `e${from + n}: events(first: 0) { totalCount }`);
    const query = `{ contact(${by}) { cid ${invalid(0).join(' ')}
      ... @defer { ${invalid(100).join(' ')} } ... @defer { devices { totalCount } ${invalid(200).join(' ')} } } }`;
    const all = await allParts((await send(query)).parts);
    const listed = [all[0]?.errors, ...all.flatMap(({ incremental = [] }) => incremental.map(({ errors }) => errors))];
    const numbers = listed.map((errors) => errors?.length).sort();
    expect(numbers).toEqual([1, 40, 60]);
    const last = listed.map((errors) => errors?.at(-1)?.extensions['code']).sort();
    expect(last).toEqual(['BAD_USER_INPUT', 'ERRORS_OMITTED', 'ERRORS_OMITTED']);
  });

  test.each([
    [current, { completed: [{ id: '0', errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }] }] }],
    [legacy, { incremental: [{ data: null, path: [], errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }] }] }],
  ])('for %s the bytes of all parts are added up, and too many end the answer', async (accept, last) => {
    const { send, lines } = await startDelivering({ ...env, MAX_RESPONSE_BYTES: '65536' });
    const ids = Array.from({ length: 12 }, (_, n) => `id${n}: id`).join(' ');
    const query = `{ contact(${by}) { cid } first: contacts(first: 50) { nodes { ${ids} } }
        ... @defer { later: contacts(first: 50) { nodes { ${ids} } } } }`;
    const all = await allParts((await send(query, { accept })).parts);
    expect(all[0]).toMatchObject({ data: { contact: { cid: demo.contactId } }, hasNext: true });
    expect(all.slice(1)).toMatchObject([{ ...last, hasNext: false }]);
    await expect.poll(lines).toMatchObject([{ errors: ['QUERY_TOO_EXPENSIVE'] }]);
  });

  test('a first part that is too long is null with an error, and is the only one', async () => {
    const { send } = await startDelivering({ ...env, MAX_RESPONSE_BYTES: '65536' });
    const ids = Array.from({ length: 40 }, (_, n) => `id${n}: id`).join(' ');
    const { parts } = await send(`{ contacts(first: 50) { nodes { ${ids} } } ... @defer { contact(${by}) { cid } } }`);
    expect(await allParts(parts)).toMatchObject([
      { data: null, errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }], hasNext: false },
    ]);
  });

  test('an operation whose last part is read leaves no timer of its deadline', async () => {
    const deadlineMs = 7_654; // No other timer has this duration.
    const { send } = await startDelivering({ ...env, OPERATION_DEADLINE_MS: String(deadlineMs) });
    const started = vi.spyOn(globalThis, 'setTimeout');
    const cleared = vi.spyOn(globalThis, 'clearTimeout');
    await allParts((await send(deferred)).parts);
    const timers = started.mock.results.filter((_, index) => started.mock.calls[index]?.[1] === deadlineMs);
    expect(timers).toHaveLength(1);
    await expect.poll(() => cleared.mock.calls.map(([timer]) => timer)).toContain(timers[0]?.value);
    vi.restoreAllMocks();
  });
});
