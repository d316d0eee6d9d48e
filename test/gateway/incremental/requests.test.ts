import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { allParts, current, paths, readParts, startDelivering } from '../../support/parts.ts';

const deferred = `query Deferred { contact(by: {cid: "${demo.contactId}"}) { cid ... @defer { devices { totalCount } } } }`;
const sha256Hash = createHash('sha256').update(deferred).digest('hex');
const persistedQuery = { version: 1, sha256Hash };
const inParts = [
  { data: { contact: { cid: demo.contactId } }, hasNext: true },
  { incremental: [{}], hasNext: false },
];
const whole = { data: { contact: { cid: demo.contactId, devices: { totalCount: 3 } } } };

describe.each(paths)('on %s', (_path, env) => {
  test('a GET is answered in parts', async () => {
    const { server } = await startDelivering(env);
    const headers = { accept: current, 'graphql-require-preflight': '1' };
    const response = await fetch(`${server.url}/graphql?query=${encodeURIComponent(deferred)}`, { headers });
    expect(await allParts(readParts(response))).toMatchObject(inParts);
  });

  test('an automatic persisted query is answered in parts, with its document and without, and has no ETag', async () => {
    const { server, send } = await startDelivering(env);
    const extensions = { persistedQuery };
    expect(await allParts((await send(deferred, { extensions })).parts)).toMatchObject(inParts);
    for (const _ of [1, 2]) {
      const { parts } = await send(undefined, { extensions });
      expect(await allParts(parts)).toMatchObject(inParts);
    }
    const headers = { accept: current, 'graphql-require-preflight': '1' };
    const search = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const response = await fetch(`${server.url}/graphql?${search}`, { headers });
    expect(response.headers.has('etag')).toBe(false);
    expect(await allParts(readParts(response))).toMatchObject(inParts);
  });

  test('the operations of a batch are answered whole, whatever the client accepts', async () => {
    const { server } = await startDelivering({ ...env, MAX_BATCH: '3' });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: current },
      body: JSON.stringify([{ query: deferred }, { query: '{ __typename }' }]),
    });
    expect(await response.json()).toEqual([whole, { data: { __typename: 'Query' } }]);
  });

  test('identical requests that are pending at the same time are executed one by one', async () => {
    const { send, lines } = await startDelivering({ ...env, SWITCHED_OFF: 'retry' });
    const answers = await Promise.all([1, 2, 3].map(async () => allParts((await send(deferred)).parts)));
    for (const answer of answers) expect(answer).toMatchObject(inParts);
    await expect.poll(lines).toHaveLength(3);
    expect(lines().every(({ answeredWith }) => answeredWith === undefined)).toBe(true);
  });

  test('a client that accepts parts does not join the whole answer of another one', async () => {
    const { send, control } = await startDelivering({
      ...env,
      SWITCHED_OFF: 'cache',
      TRY_TIMEOUT_MS: '2000',
    });
    const accept = 'application/json';
    await allParts((await send(deferred, { accept })).parts); // only known documents are shared
    control.fault({ path: '/devices', kind: 'hang', times: 1 });
    const pending = send(deferred, { accept });
    await expect.poll(control.loggedInFlight).toBe(1);
    const { parts } = await send(deferred, { accept: `${accept}, ${current}` });
    expect(await allParts(parts)).toMatchObject(inParts);
    expect(await allParts((await pending).parts)).toEqual([whole]);
  });

  test('an operation that is refused as a whole has the status and the JSON of its error', async () => {
    const { send } = await startDelivering(env);
    const { status, headers, parts } = await send('{ contact', {
      accept: `application/graphql-response+json, ${current}`,
    });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    expect(await allParts(parts)).toMatchObject([{ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] }]);
  });

  test('the payload of a mutation is delivered in parts, and a repetition of it under its key writes nothing', async () => {
    const { send, control } = await startDelivering(env);
    const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');
    const query = `mutation { issueContactToken(input: {id: "${id}", expiresIn: 600, hits: 3}) {
      hits ... @defer { contact { devices { totalCount } } } } }`;
    for (const _ of [1, 2]) {
      const all = await allParts((await send(query, { headers: { 'idempotency-key': 'once' } })).parts);
      expect(all[0]).toMatchObject({ data: { issueContactToken: { hits: 3 } }, hasNext: true });
      expect(all[1]?.incremental?.[0]?.['data']).toEqual({ contact: { devices: { totalCount: 3 } } });
    }
    expect(control.counts()).toMatchObject({ issueToken: 1 });
  });

  test('a query that begins after the first part of a mutation joins no operation from before it', async () => {
    const { send, control } = await startDelivering({ ...env, SWITCHED_OFF: 'cache,retry' });
    const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');
    const query = `{ contact(by: {cid: "${demo.contactId}"}) { devices { totalCount } } }`;
    const accept = 'application/json';
    await allParts((await send(query, { accept })).parts); // only known documents are shared
    control.clearLog();
    control.latency({ pattern: '/devices', ms: 2_000 });
    const before = send(query, { accept });
    await expect.poll(() => control.counts().devices).toBe(1);
    const update = `mutation { updateContact(input: {id: "${id}", firstName: "Grace"}) {
      userErrors { code } ... @defer { contact { accountings { totalCount } } } } }`;
    const { parts } = await send(update);
    expect((await parts.next()).value).toMatchObject({ hasNext: true });
    const after = send(query, { accept });
    await expect.poll(() => control.counts().devices).toBe(2);
    await Promise.all([before, after, allParts(parts)]);
  });
});
