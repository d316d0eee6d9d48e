import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';

let stack: TestGateway;
let jwt: JwtGateway;
let server: HttpServer;
let strict: HttpServer;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 }, env: { EXPLAIN: 'true' } });
  jwt = await startJwtGateway();
  server = await startHttpServer(createFastPath(stack.gateway), '127.0.0.1', 0);
  strict = await startHttpServer(createFastPath(jwt.gateway), '127.0.0.1', 0);
});
beforeEach(() => {
  stack.emulator.control.reset();
  jwt.emulator.control.reset();
  stack.logged.length = 0;
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await Promise.all([server.stop(0), strict.stop(0)]);
  await stack.close();
  await jwt.close();
});

let documentCount = 0;

/** A document that no other test has sent. */
function uniqueDocument(query: string): string {
  documentCount += 1;
  return `# ${documentCount}\n${query}`;
}

const ada = () =>
  uniqueDocument(`query Ada($cid: ID!) { contact(by: {cid: $cid}) { firstName devices { totalCount } } }`);
const variables = { cid: demo.contactId };

async function post(params: object, headers: Record<string, string> = {}, { url } = server) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify(params),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Counts the requests that are executed through Yoga's hooks. */
const spyOnYogaHooks = () => vi.spyOn(stack.gateway, 'getResultForParams');

describe('a previously executed document is executed on the fast path', () => {
  test("a previously executed document has the same answer without Yoga's hooks", async () => {
    const hooks = spyOnYogaHooks();
    const query = ada();
    const answers = [
      await post({ query, variables }),
      await post({ query, variables }),
      await post({ query, variables }),
    ];
    expect(hooks).toHaveBeenCalledTimes(1);
    expect(answers[0]).toMatchObject({ status: 200, body: { data: { contact: { firstName: 'Ada' } } } });
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
    expect(stack.emulator.control.counts()).toMatchObject({ contact: 3, devices: 3 });
  });

  test('a document that was first executed on the Yoga path is executed on the fast path without hooks', async () => {
    const query = ada();
    await stack.query(query, variables);
    const hooks = spyOnYogaHooks();
    expect(await post({ query, variables })).toMatchObject({ body: { data: { contact: { firstName: 'Ada' } } } });
    expect(hooks).not.toHaveBeenCalled();
  });

  test('a previously executed document is logged and explained like the first time, and its deadline is ended', async () => {
    const query = ada();
    const ends: unknown[] = [];
    const { authenticateRequest } = stack.gateway;
    vi.spyOn(stack.gateway, 'authenticateRequest').mockImplementation(async (request) => {
      const authenticated = await authenticateRequest(request);
      ends.push(vi.spyOn(authenticated.deadline, 'end'));
      return authenticated;
    });
    const params = { query, variables, extensions: { explain: true } };
    const explained = [await post(params), await post(params)];
    for (const { body } of explained) expect(body).toMatchObject({ extensions: { explain: { requests: 2 } } });
    const lines = stack.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'operation');
    expect(lines).toMatchObject([0, 1].map(() => ({ operation: 'query', name: 'Ada', upstreamCalls: 2 })));
    expect(Object.keys(lines[1])).toEqual(Object.keys(lines[0]));
    expect(ends).toHaveLength(2);
    for (const end of ends) expect(end).toHaveBeenCalledTimes(1);
  });

  test('a previously executed document with invalid variables has the same errors as on the Yoga path', async () => {
    const query = ada();
    await post({ query, variables });
    const hooks = spyOnYogaHooks();
    const named = { 'x-request-id': 'one' };
    const invalid = { query, variables: { cid: 'no id' } };
    const [fast, yoga] = [await post(invalid, named), await stack.query(query, invalid.variables, named)];
    expect(fast.body).toEqual(JSON.parse(yoga.text));
    const unset = await post({ query });
    expect(unset).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
    expect(hooks).not.toHaveBeenCalled();
  });

  test('a previously executed document executes the operation that operationName selects', async () => {
    const query = uniqueDocument('query A { __typename } query B { b: __typename }');
    await post({ query, operationName: 'A' });
    const hooks = spyOnYogaHooks();
    expect(await post({ query, operationName: 'B' })).toMatchObject({ body: { data: { b: 'Query' } } });
    expect(hooks).not.toHaveBeenCalled();
    for (const operationName of ['C', '', undefined]) {
      expect(await post({ query, operationName })).toMatchObject({ body: { errors: [{}] } });
    }
    expect(hooks).toHaveBeenCalledTimes(3);
  });

  test.each([
    [{ variables: [] }],
    [{ variables: 'cid' }],
    [{ extensions: 1 }],
    [{ operationName: 1 }],
    [{ more: true }],
  ])('a previously executed document is refused by Yoga with the invalid parameters %j', async (invalid) => {
    const query = ada();
    await post({ query, variables });
    stack.emulator.control.reset();
    const hooks = spyOnYogaHooks();
    const { status, body } = await post({ query, variables, ...invalid });
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(hooks).toHaveBeenCalled();
    expect(stack.emulator.control.calls()).toEqual([]);
  });
});

test.each([
  ['is not valid for the schema', '{ nothing }'],
  ['does not parse', '{'],
  ['is nested too deep', `{ ${'a { '.repeat(101)} b ${'}'.repeat(101)} }`],
])('a document that %s is never executed without hooks', async (_, text) => {
  const query = uniqueDocument(text);
  const hooks = spyOnYogaHooks();
  for (const _ of [1, 2, 3]) expect(await post({ query })).toMatchObject({ status: 400 });
  expect(hooks.mock.calls.length).toBeGreaterThanOrEqual(3);
});

test('a caller who is not authenticated is refused for a previously executed document, too', async () => {
  const query = ada();
  const authorization = `Bearer ${await jwt.issuer.token({ organization_id: demo.organizationId, scope: 'customer_read' })}`;
  const send = (headers: Record<string, string>) => post({ query, variables }, headers, strict);
  expect(await send({ authorization })).toMatchObject({ status: 200 });
  expect(await send({ authorization })).toMatchObject({ status: 200 });
  jwt.emulator.control.reset();
  for (const headers of [{}, { authorization: 'Bearer no.token.atall' }, { authorization: `${authorization}x` }]) {
    expect(await send(headers)).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  }
  expect(jwt.emulator.control.calls()).toEqual([]);
});
