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

let sent = 0;

/** A document that no other test has sent. */
function fresh(query: string): string {
  sent += 1;
  return `# ${sent}\n${query}`;
}

const ada = () => fresh(`query Ada($cid: ID!) { contact(by: {cid: $cid}) { firstName devices { totalCount } } }`);
const variables = { cid: demo.contactId };

async function post(params: object, headers: Record<string, string> = {}, { url } = server) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify(params),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Counts those that go through the hooks of Yoga. */
const watch = () => vi.spyOn(stack.gateway, 'getResultForParams');

describe('a document that was executed before', () => {
  test("is spared Yoga's hooks, and answered alike", async () => {
    const through = watch();
    const query = ada();
    const answers = [
      await post({ query, variables }),
      await post({ query, variables }),
      await post({ query, variables }),
    ];
    expect(through).toHaveBeenCalledTimes(1);
    expect(answers[0]).toMatchObject({ status: 200, body: { data: { contact: { firstName: 'Ada' } } } });
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
    expect(stack.emulator.control.counts()).toMatchObject({ contact: 3, devices: 3 });
  });

  test('is known by whatever door it came first', async () => {
    const query = ada();
    await stack.query(query, variables);
    const through = watch();
    expect(await post({ query, variables })).toMatchObject({ body: { data: { contact: { firstName: 'Ada' } } } });
    expect(through).not.toHaveBeenCalled();
  });

  test('is logged alike, explained alike, and ends', async () => {
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

  test('fails alike', async () => {
    const query = ada();
    await post({ query, variables });
    const through = watch();
    const named = { 'x-request-id': 'given' };
    const mistaken = { query, variables: { cid: 'no id' } };
    const [known, other] = [await post(mistaken, named), await stack.query(query, mistaken.variables, named)];
    expect(known.body).toEqual(JSON.parse(other.text));
    const unset = await post({ query });
    expect(unset).toMatchObject({ status: 400, body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
    expect(through).not.toHaveBeenCalled();
  });

  test('has the operation that is named', async () => {
    const query = fresh('query A { __typename } query B { b: __typename }');
    await post({ query, operationName: 'A' });
    const through = watch();
    expect(await post({ query, operationName: 'B' })).toMatchObject({ body: { data: { b: 'Query' } } });
    expect(through).not.toHaveBeenCalled();
    for (const operationName of ['C', '', undefined]) {
      expect(await post({ query, operationName })).toMatchObject({ body: { errors: [{}] } });
    }
    expect(through).toHaveBeenCalledTimes(3);
  });

  test.each([
    [{ variables: [] }],
    [{ variables: 'cid' }],
    [{ extensions: 1 }],
    [{ operationName: 1 }],
    [{ more: true }],
  ])('is refused by Yoga with parameters like %j', async (wrong) => {
    const query = ada();
    await post({ query, variables });
    stack.emulator.control.reset();
    const through = watch();
    const { status, body } = await post({ query, variables, ...wrong });
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(through).toHaveBeenCalled();
    expect(stack.emulator.control.calls()).toEqual([]);
  });
});

test.each([
  ['is not valid', '{ nothing }'],
  ['does not parse', '{'],
  ['is nested too deep', `{ ${'a { '.repeat(101)} b ${'}'.repeat(101)} }`],
])('a document that %s is never known', async (_, text) => {
  const query = fresh(text);
  const through = watch();
  for (const _ of [1, 2, 3]) expect(await post({ query })).toMatchObject({ status: 400 });
  expect(through.mock.calls.length).toBeGreaterThanOrEqual(3);
});

test('whoever is not let in is not, whatever is known', async () => {
  const query = ada();
  const authorization = `Bearer ${await jwt.issuer.token({ organization_id: demo.organizationId, scope: 'customer_read' })}`;
  const asked = (headers: Record<string, string>) => post({ query, variables }, headers, strict);
  expect(await asked({ authorization })).toMatchObject({ status: 200 });
  expect(await asked({ authorization })).toMatchObject({ status: 200 });
  jwt.emulator.control.reset();
  for (const headers of [{}, { authorization: 'Bearer no.token.atall' }, { authorization: `${authorization}x` }]) {
    expect(await asked(headers)).toMatchObject({
      status: 401,
      body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  }
  expect(jwt.emulator.control.calls()).toEqual([]);
});
