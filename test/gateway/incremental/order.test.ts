import { describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { allParts, current, legacy, paths, startDelivering } from '../../support/parts.ts';

const deferred = `{ contact(by: {cid: "${demo.contactId}"}) { cid ... @defer(label: "devices") { devices { totalCount } } } }`;
const first = { contact: { cid: demo.contactId } };
const routes = (calls: readonly { route: string }[]) => calls.map(({ route }) => route).sort();
const hangs = (path: string, times = Number.POSITIVE_INFINITY) => ({ path, kind: 'hang' as const, times });

describe.each(paths)('on %s', (_path, env) => {
  test('the first part arrives while a call of a deferred part waits, and that part when its call is repeated', async () => {
    const { send, control } = await startDelivering({ ...env, SWITCHED_OFF: 'cache', TRY_TIMEOUT_MS: '1000' });
    control.fault(hangs('/devices', 1));
    const { parts } = await send(deferred);
    const { value: start } = await parts.next();
    expect(start).toMatchObject({ data: first, hasNext: true });
    expect(control.loggedInFlight()).toBe(1);
    expect(routes(control.calls())).toEqual(['contact', 'devices']);
    expect(await allParts(parts)).toMatchObject([
      { incremental: [{ data: { devices: { totalCount: 3 } } }], hasNext: false },
    ]);
    expect(routes(control.calls())).toEqual(['contact', 'devices', 'devices']);
  });

  test('the calls of deferred parts start before the call of the first part has ended', async () => {
    const { send, control } = await startDelivering(env);
    control.fault(hangs(`/${demo.contactId}$`));
    const leaving = new AbortController();
    const branches = 'devices { totalCount } ... @defer { events { totalCount } }';
    const query = `{ contact(by: {cid: "${demo.contactId}"}) { cid ... @defer { ${branches} } ...B @defer } }
      fragment B on Contact { accountings { totalCount } }`;
    const lost = send(query, { signal: leaving.signal }).catch(() => undefined);
    await expect.poll(() => routes(control.calls())).toEqual(['accountings', 'contact', 'devices', 'events']);
    leaving.abort();
    await lost;
  });

  test('the rows of a streamed list arrive while the calls of later rows wait', async () => {
    const { send, control } = await startDelivering({ ...env, OPERATION_DEADLINE_MS: '3000' });
    control.fault({ ...hangs('/devices'), skip: 2 });
    const { parts } = await send(
      '{ contacts(first: 6) { nodes @stream(initialCount: 2) { devices { totalCount } } } }',
    );
    const { value: start } = await parts.next();
    const row = { devices: { totalCount: expect.any(Number) } };
    expect(start).toMatchObject({ data: { contacts: { nodes: [row, row] } }, hasNext: true });
    await expect.poll(control.loggedInFlight).toBe(4);
    expect(routes(control.calls())).toEqual(['contacts', ...Array(6).fill('devices')]);
    const rest = (await allParts(parts)).flatMap(({ incremental = [] }) => incremental);
    expect(rest.flatMap(({ items }) => items)).toEqual(Array(4).fill({ devices: null }));
    expect(rest.flatMap(({ errors = [] }) => errors.map(({ path }) => path))).toEqual(
      [2, 3, 4, 5].map((index) => ['contacts', 'nodes', index, 'devices']),
    );
  });

  test.each([
    [current, { id: '0', data: { devices: null } }],
    [legacy, { path: ['contact'], label: 'devices', data: { devices: null } }],
  ])(
    'to a client that accepts %s a part that is late for the deadline has its error, with a path',
    async (accept, entry) => {
      const { send, control, lines } = await startDelivering({ ...env, OPERATION_DEADLINE_MS: '1500' });
      control.fault(hangs('/devices'));
      const [start, ...rest] = await allParts((await send(deferred, { accept })).parts);
      expect(start).toMatchObject({ data: first, hasNext: true });
      const error = { path: ['contact', 'devices'], extensions: { code: 'UPSTREAM_TIMEOUT', retryable: true } };
      expect(rest).toMatchObject([{ incremental: [{ ...entry, errors: [error] }], hasNext: false }]);
      await expect.poll(control.loggedInFlight).toBe(0);
      expect(lines()).toMatchObject([{ level: 40, parts: 2, errors: ['UPSTREAM_TIMEOUT'] }]);
    },
  );

  test('a client that leaves aborts the calls of all parts, and its operation is logged once', async () => {
    const { send, control, lines } = await startDelivering(env);
    control.fault(hangs('/devices'));
    control.fault(hangs('/events'));
    const leaving = new AbortController();
    const query = `{ contact(by: {cid: "${demo.contactId}"}) { cid ... @defer { devices { totalCount } } ... @defer { events { totalCount } } } }`;
    const { parts } = await send(query, { signal: leaving.signal });
    expect((await parts.next()).value).toMatchObject({ data: first });
    expect(control.loggedInFlight()).toBe(2);
    leaving.abort();
    await expect.poll(control.abortedByClient).toBe(2);
    await expect.poll(lines).toMatchObject([{ upstreamCalls: 3, parts: expect.any(Number) }]);
    expect(new Set(lines()[0]?.errors)).toEqual(new Set(['CLIENT_GONE']));
    expect(control.loggedInFlight()).toBe(0);
  });
});
