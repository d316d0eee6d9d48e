import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { startHttpServer } from '../../../src/http/server.ts';
import { createLocalIdempotencyStore } from '../../../src/idempotency/store.ts';
import { parsePassword } from '../../../src/resolvers/input/password.ts';
import { createLocalScrollSessionStore } from '../../../src/upstream/pagination/session-store.ts';
import { createLocalWriteLog } from '../../../src/upstream/write-log/write-log.ts';
import { startGateway } from '../../support/gateway.ts';
import { faultsQuoting } from '../../support/leaky-faults.ts';
import { formsOf, sinkNames, startWithSinks } from '../../support/output-sinks.ts';
import { sessionKey } from '../../support/sessions.ts';

/** The kind: the password of a customer session, and the username with it, in everything that the gateway puts out. */

const username = `canary-user-${randomBytes(6).toString('hex')}`;
const password = `canary-password-${randomBytes(6).toString('hex')}`;
const start = (credentials: string) =>
  `mutation Start($c: ContactCredentials, $u: String = "u", $p: Password = "p") {
    startContactSession(input: {credentials: ${credentials}}) { session contact { cid } userErrors { code message field } }
  }`;
const unused = '{c: $c, u: $u, p: $p}';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 20, passwordLimit: { count: 1_000_000, seconds: 1 } });
  emulator.update(demo.contactId, { username });
  emulator.setPassword(demo.contactId, password);
});
afterAll(() => emulator.close());

const literal = `{username: "${username}", password: "${password}"}`;
const env = {
  OPERATION_DEADLINE_MS: '2000',
  SESSION_KEYS: sessionKey(),
  SESSION_ATTEMPTS_PER_USERNAME: '5',
  SESSION_ATTEMPTS_PER_CALLER: '100000',
};

test('the password and the username are in no log, error, header, explanation or store, whatever the upstream answers', {
  timeout: 60_000,
}, async () => {
  const stores = {
    scrollSessionStore: createLocalScrollSessionStore(2 ** 24),
    writeLog: createLocalWriteLog(),
    idempotencyStore: createLocalIdempotencyStore(2 ** 24),
  };
  const gateway = startWithSinks({ emulator, env, stores });
  const answers: string[] = [];
  const send = async (query: string, variables: object = {}) => {
    const { text, data } = await gateway.query(query, variables, 'CanaryKey');
    answers.push(text);
    return data;
  };
  const byVariable = { c: { username, password } };
  const valid = 'mutation ($c: ContactCredentials!) { startContactSession(input: {credentials: $c}) { session } }';
  const byLiteral = `mutation { startContactSession(input: {credentials: ${literal}}) { session contact { cid } } }`;
  expect((await send(valid, byVariable)).startContactSession.session).toMatch(/^cgs_/);
  expect((await send(byLiteral)).startContactSession.contact).toEqual({ cid: demo.contactId });
  for (const fault of [...faultsQuoting(password), ...faultsQuoting(username)]) {
    emulator.control.fault(fault);
    await send(valid, byVariable);
    emulator.control.clearFaults();
  }
  // Invalid documents and variables, of which graphql quotes values.
  await send(byLiteral.slice(0, -9));
  await send(byLiteral.replace('session', password));
  await send(byLiteral.replace(`"${password}"`, `{a: "${password}"}`));
  await send(byLiteral.replace('username', `${password.replaceAll('-', '_')}`));
  await send(`{ startContactSession(input: {credentials: ${literal}}) { session } }`);
  await send(start(unused), byVariable);
  await send(valid, { c: { ...byVariable.c, more: password } });
  await send(valid, { c: { username, password: [password] } });
  await send(valid, { c: { username, password: { password } } });
  await send(valid, { c: password });
  await send(valid, { [password]: password, c: null });
  await send(valid, { c: { username: { username }, password } });
  await send(`query ${password.replaceAll('-', '_')} { viewer { scopes } }`, byVariable);
  // The attempts of the username are used up.
  for (let tries = 0; tries < 8; tries += 1) await send(valid, { c: { username, password: `${password}x` } });
  expect(answers.at(-1)).toContain('RATE_LIMITED');

  for (const value of [username, password]) {
    for (const form of formsOf(value)) {
      for (const text of answers) expect(text).not.toContain(form);
      for (const sink of sinkNames) expect(gateway.sinks[sink].join('\n').includes(form), sink).toBe(false);
    }
  }
  expect(answers.join('')).toContain('checkCredentials'); // in the explanations
  for (const sink of ['log', 'errors', 'headers', 'upstream'] as const) {
    // An empty sink would mean that it is not observed.
    expect(gateway.sinks[sink].join('').length, sink).toBeGreaterThan(500);
  }
  expect(gateway.sinks.idempotencyStore).toEqual([]);
  await gateway.close();
});

test('a failure inside the gateway, or in a plugin of an operator, prints no password', async () => {
  const lines: string[] = [];
  const args: unknown[] = [];
  const stack = await startGateway({
    env,
    plugins: [
      {
        onExecute({ args: { variableValues } }) {
          args.push(variableValues);
          throw new Error(`A plugin quotes ${inspect(variableValues)}`);
        },
      },
    ],
  });
  const query = 'mutation ($c: ContactCredentials!) { startContactSession(input: {credentials: $c}) { session } }';
  const { text, errors } = await stack.query(query, { c: { username, password } });
  lines.push(...stack.logged, text);
  expect(args).toHaveLength(1);
  expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
  expect(lines.join('\n')).not.toContain(password);
  await stack.close();
});

test('a password is secret from the input on', () => {
  const parsed = parsePassword(password);
  for (const shown of [inspect(parsed, { showHidden: true }), JSON.stringify({ parsed }), `${parsed}`]) {
    expect(shown).not.toContain(password);
  }
});

test('identical concurrent requests with a password are executed each by itself, and no document with it is kept', async () => {
  const stack = await startGateway({
    env: { ...env, SESSION_ATTEMPTS_PER_USERNAME: '1000' },
    emulator: { contacts: 10 },
  });
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  stack.emulator.control.latency({ pattern: '/credential/check', ms: 50 });
  const queries = [
    `mutation { startContactSession(input: {credentials: ${literal}}) { session } }`,
    'mutation ($c: ContactCredentials!) { startContactSession(input: {credentials: $c}) { session } }',
    `query A { viewer { scopes } } mutation B { startContactSession(input: {credentials: ${literal}}) { session } }`,
  ];
  for (const query of queries) {
    stack.emulator.control.clearLog();
    const operationName = query.startsWith('query') ? 'B' : undefined;
    const body = JSON.stringify({ query, operationName, variables: { c: { username, password } } });
    const headers = { 'content-type': 'application/json' };
    const send = () => fetch(`${server.url}/graphql`, { method: 'POST', headers, body }).then((each) => each.text());
    await Promise.all([send(), send(), send(), send()]);
    expect(stack.emulator.control.counts()['checkCredentials']).toBe(4);
    expect(stack.gateway.documents.find(query) === undefined).toBe(query.includes(password));
  }
  await server.stop(0);
  await stack.close();
});
