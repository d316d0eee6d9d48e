import { describe, expect, test } from 'vitest';
import { paths, startBatching } from '../support/batch.ts';
import { writeManifest } from '../support/manifest.ts';

const list = 'query List($first: Int!) { contacts(first: $first) { nodes { cid } } }';
const branches = 'query Branches($first: Int!) { contacts(first: $first) { nodes { cid devices { totalCount } } } }';

describe.each(paths)('on %s', (_path, env) => {
  test('the operations of a batch are answered in their order, and one line is logged for each', async () => {
    const { stack, send, calls } = await startBatching(env);
    const { status, headers, text } = await send([
      { query: branches, variables: { first: 2 } },
      { query: '{ __typename }' },
      { query: list, variables: { first: 1 } },
    ]);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('ratelimit')).toMatch(/^"calls";r=\d+/);
    expect(JSON.parse(text)).toMatchObject([
      { data: { contacts: { nodes: [{ devices: {} }, { devices: {} }] } } },
      { data: { __typename: 'Query' } },
      { data: { contacts: { nodes: [{ cid: expect.any(String) }] } } },
    ]);
    expect(calls()).toBe(4);
    const lines = stack.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'operation');
    const requestId = headers.get('x-request-id');
    expect(lines).toMatchObject([
      { requestId, name: 'Branches', upstreamCalls: 3, requestedCalls: 3, actualCalls: 3 },
      { requestId, operation: 'query', upstreamCalls: 0, requestedCalls: 0, actualCalls: 0 },
      { requestId, name: 'List', upstreamCalls: 1, requestedCalls: 1, actualCalls: 1 },
    ]);
  });

  test('the errors of one operation leave the others of its batch as they are', async () => {
    const { stack, send, calls } = await startBatching(env);
    stack.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
    const { status, text } = await send([
      { query: '{ canary' },
      { query: '{ canary }' },
      { query: branches, variables: { first: 1 } },
      { variables: {} },
      { query: list, variables: { first: 1 } },
    ]);
    expect(status).toBe(200);
    const invalid = { errors: [{ extensions: { code: 'BAD_USER_INPUT', requestId: expect.any(String) } }] };
    expect(JSON.parse(text)).toMatchObject([
      invalid,
      invalid,
      { errors: [{ path: ['contacts', 'nodes', 0, 'devices'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] },
      invalid,
      { data: { contacts: { nodes: [{}] } } },
    ]);
    expect(text).not.toContain('"http"');
    expect(calls()).toBe(3);
  });

  test.each([
    ['more operations than allowed', Array(6).fill({ query: list, variables: { first: 1 } })],
    ['no operation', []],
    ['something that is no object', [{ query: list, variables: { first: 1 } }, null]],
    ['a list', [[{ query: list, variables: { first: 1 } }]]],
  ])('a batch with %s is a 400 with the allowed number, and nothing of it is executed', async (_case, body) => {
    const { send, calls } = await startBatching(env);
    const { status, errors } = await send(body);
    expect(status).toBe(400);
    expect(errors).toMatchObject([
      {
        message: 'A batch holds 1 to 5 operations, each as a JSON object. Divide a larger one among several requests.',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
    expect(calls()).toBe(0);
  });

  test('an operation of a batch may name a trusted document by its id', async () => {
    const DOCUMENTS_FILE = writeManifest({ typename: '{ __typename }' });
    const { sendBatch } = await startBatching({ ...env, DOCUMENTS_FILE, DOCUMENTS_MODE: 'only' });
    expect(await sendBatch([{ documentId: 'typename' }, { documentId: 'other' }])).toMatchObject([
      { data: { __typename: 'Query' } },
      { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] },
    ]);
  });
});

test('each operation of a batch is parsed in a tick of its own, so that other requests do not wait for all of them', async () => {
  let parsed = 0;
  const parsedByTick: number[] = [];
  const plugin = {
    onParse() {
      parsed += 1;
      setImmediate(() => parsedByTick.push(parsed));
    },
  };
  const { sendBatch } = await startBatching({}, { plugins: [plugin] });
  [parsed, parsedByTick.length] = [0, 0];
  await sendBatch(Array(5).fill({ query: '{ __typename }' }));
  expect(parsed).toBe(5);
  expect(parsedByTick[0]).toBeLessThan(3);
});
