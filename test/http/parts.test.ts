import { describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { allParts, paths, startDelivering } from '../support/parts.ts';

const query = `{ contact(by: {cid: "${demo.contactId}"}) { cid ... @defer { devices { totalCount } } } }`;

describe.each(paths)('on %s', (_path, env) => {
  test.each(['br', 'gzip'] as const)(
    'parts are compressed with %s, each so that the client can read it when it arrives',
    async (coding) => {
      const { send, control } = await startDelivering({
        ...env,
        SWITCHED_OFF: 'cache',
        TRY_TIMEOUT_MS: '1000',
      });
      control.fault({ path: '/devices', kind: 'hang', times: 1 });
      const { headers, parts } = await send(query, { headers: { 'accept-encoding': coding } });
      expect(headers.get('content-encoding')).toBe(coding);
      expect(headers.get('vary')).toBe('accept-encoding');
      expect((await parts.next()).value).toMatchObject({ data: { contact: {} }, hasNext: true });
      expect(control.loggedInFlight()).toBe(1);
      expect(await allParts(parts)).toMatchObject([{ hasNext: false }]);
    },
  );

  test.each([
    ['gzip', 'gzip'],
    ['identity', null],
  ])(
    'an event stream of a document without parts, for a client that accepts %s, has the content coding %s',
    async (accepted, coding) => {
      const { send } = await startDelivering(env);
      const headers = { accept: 'text/event-stream', 'accept-encoding': accepted };
      const answer = await send('{ viewer { scopes } }', { headers });
      expect(answer.headers.get('content-encoding')).toBe(coding);
      expect(JSON.stringify(await allParts(answer.parts))).toContain('CUSTOMER_READ');
    },
  );

  test('the 21st answer that would be compressed at once is not', async () => {
    const { send, control } = await startDelivering({ ...env, OPERATION_DEADLINE_MS: '6000' });
    control.fault({ path: '/devices', kind: 'hang', times: Number.POSITIVE_INFINITY });
    const leaving = new AbortController();
    const sent = { headers: { 'accept-encoding': 'gzip' }, signal: leaving.signal };
    const answers = await Promise.all(Array.from({ length: 21 }, () => send(query, sent)));
    const codings = answers.map(({ headers }) => headers.get('content-encoding'));
    expect(codings.filter((coding) => coding === 'gzip')).toHaveLength(20);
    leaving.abort();
    await expect.poll(control.loggedInFlight).toBe(0);
    control.clearFaults();
    const { headers, parts } = await send(query, { headers: { 'accept-encoding': 'gzip' } });
    expect(headers.get('content-encoding')).toBe('gzip');
    await allParts(parts);
  });

  test('parts with a secret, and those of a gateway that compresses nothing, are not compressed', async () => {
    const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');
    const secret = `mutation { issueContactToken(input: {id: "${id}", expiresIn: 600, hits: 3}) { ... @defer { token } } }`;
    const { send } = await startDelivering(env);
    const headers = { 'accept-encoding': 'gzip' };
    const answer = await send(secret, { headers });
    expect(answer.headers.has('content-encoding')).toBe(false);
    expect(JSON.stringify(await allParts(answer.parts))).toContain('"token":"');
    const plain = await startDelivering({ ...env, COMPRESS_FROM_BYTES: '0' });
    expect((await plain.send(query, { headers })).headers.has('content-encoding')).toBe(false);
  });

  test('a response in parts has the headers of every response, and asks proxies not to buffer it', async () => {
    const { send } = await startDelivering(env);
    const { headers, parts } = await send(query, { headers: { 'x-request-id': 'one' } });
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-request-id': 'one',
      'cache-control': 'private, no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'transfer-encoding': 'chunked',
    });
    await allParts(parts);
  });

  test('a server that stops waits for the parts of an answer', async () => {
    const { send, server, control } = await startDelivering({ ...env, SWITCHED_OFF: 'cache', TRY_TIMEOUT_MS: '1000' });
    control.fault({ path: '/devices', kind: 'hang', times: 1 });
    const { parts } = await send(query);
    expect((await parts.next()).value).toMatchObject({ hasNext: true });
    const stopped = server.stop(20_000);
    expect(await allParts(parts)).toMatchObject([
      { incremental: [{ data: { devices: { totalCount: 3 } } }], hasNext: false },
    ]);
    await stopped;
  });
});
