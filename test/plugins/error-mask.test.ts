import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLog } from '../../src/log.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { postBody, startGateway, type TestGateway, toAnswer } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack.close());

const byEmail = 'query ($email: EmailAddress!) { contact(by: {email: $email}) { cid } }';
const ordered = 'query ($order: ContactOrder!) { contacts(first: 1, orderBy: $order) { nodes { cid } } }';
const byInput = 'query ($by: ContactBy!) { contact(by: $by) { cid } }';
const organization = Buffer.from('Organization:canary').toString('base64');
const since = 'query ($at: DateTime) { contacts(first: 1, filter: {createdFrom: $at}) { totalCount } }';

test.each([
  ['a literal of the wrong format', { query: '{ contact(by: {email: "canary at home"}) { cid } }' }],
  ['a literal of the wrong kind', { query: '{ contacts(first: "canary") { nodes { cid } } }' }],
  [
    'a literal that is not a value of its enum',
    { query: '{ contacts(first: 1, orderBy: {field: CANARY}) { nodes { cid } } }' },
  ],
  [
    'a string in place of an enum value',
    { query: '{ contacts(first: 1, orderBy: {field: "canary"}) { nodes { cid } } }' },
  ],
  ['a literal date', { query: '{ contacts(first: 1, filter: {createdFrom: "canary"}) { nodes { cid } } }' }],
  ['a variable of the wrong format', { query: byEmail, variables: { email: 'canary at home' } }],
  ['a variable of the wrong kind', { query: byEmail, variables: { email: { canary: 1 } } }],
  ['a variable date', { query: since, variables: { at: 'canary' } }],
  ['a variable that is not a value of its enum', { query: ordered, variables: { order: { field: 'canary' } } }],
  ['a key that is no name', { query: ordered, variables: { order: { field: 'CREATED', 'canary@example.com': 1 } } }],
  ['a mistyped field', { query: '{ contact(by: {emial: "canary@example.com"}) { cid } }' }],
  ['a mistyped field of a variable', { query: byInput, variables: { by: { emial: 'canary@example.com' } } }],
  ['a value that looks like a message', { query: ordered, variables: { order: { field: 'canary, found "canary' } } }],
  ['the global id of something else', { query: `{ contact(by: {id: "${organization}"}) { cid } }` }],
  ['two keys of a one-of', { query: '{ contact(by: {cid: "canary", email: "canary@example.com"}) { cid } }' }],
  ['an unclosed string', { query: '{ contact(by: {email: "canary' }],
  ['a string out of place', { query: '{ contact "canary" }' }],
  ['an unknown parameter', { query: '{ viewer { scopes } }', canary: 1 }],
  ['variables that are not an object', { query: '{ viewer { scopes } }', variables: 'canary' }],
  ['a query that is not a string', { query: { canary: 1 } }],
  ['an id out of the allow-list', { query: '{ contact(by: {cid: "../canary"}) { cid } }' }],
  ['a forged global id', { query: '{ node(id: "canary") { id } }' }],
  ['a forged cursor', { query: '{ contacts(first: 1, after: "canary") { nodes { cid } } }' }],
])('the error of %s says what is allowed, quotes nothing, and costs no upstream call', async (_, body) => {
  stack.emulator.control.reset();
  const { text, errors, status } = await post(JSON.stringify(body));
  expect(errors.length).toBeGreaterThan(0);
  for (const { extensions } of errors) {
    expect(extensions['code']).toMatch(/^(BAD_USER_INPUT|CURSOR_INVALID)$/);
    expect(extensions['requestId']).toMatch(/^[\w-]{36}$/);
  }
  expect(status === 200 || status === 400).toBe(true);
  expect(text.toLowerCase()).not.toContain('canary');
  expect(text).not.toContain(organization);
  expect(stack.emulator.control.calls().filter(({ route }) => route !== 'login')).toEqual([]);
  expect(stack.logged.join('').toLowerCase()).not.toContain('canary');
});

test.each(['{"query": "canary', 'canary', '', 'null', '[]', '"canary"', '42', '[{"query":"{ viewer { scopes } }"}]'])(
  'the body %j is refused with a 4xx that does not quote it',
  async (body) => {
    const { status, text, errors } = await post(body);
    expect(status).toBe(400);
    expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(text).not.toContain('canary');
  },
);

test.each([
  new TypeError('canary'),
  new SyntaxError('canary'),
  Object.assign(new Error('canary'), { extensions: { code: 'canary', http: { status: 418 } } }),
  'canary',
  undefined,
])(
  'an unexpected error below a field, like %s, becomes INTERNAL there, and other fields have their data',
  async (unexpected) => {
    const logged: string[] = [];
    const consoleSpies = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'log')];
    const credential = {
      id: '',
      bearer: () => Promise.reject(unexpected),
      onRejected: () => Promise.reject(unexpected),
    };
    const gateway = buildGateway({
      client: { send: () => Promise.reject(unexpected), close: async () => undefined },
      authenticate: async () => ({ organizationId: 'o', subject: 'test', scopes: ['organization_read'], credential }),
      log: createLog('info', { write: (line: string) => void logged.push(line) }),
    });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ contacts(first: 1) { totalCount } viewer { scopes } }' });
    const answer = await toAnswer(await gateway.fetch('http://gateway/graphql', { method: 'POST', headers, body }));
    expect(answer).toMatchObject({
      status: 200,
      data: { contacts: null, viewer: { scopes: ['ORGANIZATION_READ'] } },
      errors: [{ path: ['contacts'], extensions: { code: 'INTERNAL' } }],
    });
    expect(answer.text + logged.join('')).not.toContain('canary');
    for (const spy of consoleSpies) expect(spy).not.toHaveBeenCalled();
  },
);

test('a document with 250 errors is answered with the first five', async () => {
  const query = `{ ${Array.from({ length: 250 }, (_, n) => `a${n}`).join(' ')} }`;
  const { errors } = await post(JSON.stringify({ query }));
  expect(errors).toHaveLength(5);
});

test('an unexpected error is INTERNAL for the client, and is logged by its type and stack frames', async () => {
  const logged: string[] = [];
  const unexpected = Object.assign(new TypeError('canary of a library', { cause: new Error('canary') }), {
    code: 'E_SURPRISE',
  });
  const gateway = buildGateway({
    client: { send: () => Promise.reject(unexpected), close: async () => undefined },
    authenticate: () => {
      throw unexpected;
    },
    log: createLog('info', { write: (line: string) => void logged.push(line) }),
  });
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: '{ viewer { scopes } }' });
  const { status, text, errors } = await toAnswer(
    await gateway.fetch('http://gateway/graphql', { method: 'POST', headers, body }),
  );
  expect(status).toBe(500);
  expect(errors).toMatchObject([
    { message: 'Something went wrong inside the gateway.', extensions: { code: 'INTERNAL' } },
  ]);
  expect(logged.find((line) => line.includes('E_SURPRISE'))).toContain('"name":"TypeError"');
  expect(text + logged.join('')).not.toContain('canary');
});

const post = (body: string) => postBody(stack.gateway, body);
