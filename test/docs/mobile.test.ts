// Each method of the vendor's SDK has an operation in docs/mobile.md, which runs as it stands there: with each caller of the
// table, without an error, with a value for each field, and with the upstream calls that the table names.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { matchRoute } from '../../emulator/routes.ts';
import type { Answer } from '../support/gateway.ts';
import { type LiveGateway, startLiveGateway } from '../support/live-gateway.ts';
import { logIn } from '../support/passthrough-gateway.ts';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
const page = read('mobile.md');

const methods = [...page.matchAll(/^\| \[(.+?)\]\(#.+?\) \| .+ \| ([a-z, ]+) \| ([\d, ]+) \|$/gm)].flatMap(
  ([, method = '', callers = '', calls = '']) =>
    callers.split(', ').map((caller) => ({ method, caller, calls: calls.split(', ').map(Number) })),
);

/** The names of the routes of the emulator by the numbers of the calls in docs/upstream.md. */
const routes = new Map(
  [...read('upstream.md').matchAll(/^\| (\d+) \| `[A-Z]+ (\S+)` \|/gm)].map(([, number, path = '']) => [
    Number(number),
    matchRoute(path.replaceAll(/\{\w+\}/g, 'x'))?.name,
  ]),
);

let emulator: Emulator;
let passthrough: LiveGateway;
let withSessions: LiveGateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 20 });
  const env = { SWITCHED_OFF: 'cache', WIFI_SERVER_DOMAIN: 'get.securewifi.io' };
  passthrough = await startLiveGateway(emulator, env);
  withSessions = await startLiveGateway(emulator, {
    ...{ ...env, ORGANIZATION_ID: demo.organizationId, SESSION_KEYS: randomBytes(32).toString('base64') },
    ...{ UPSTREAM_CLIENT_KEY: demo.clientKey, UPSTREAM_CLIENT_SECRET: demo.clientSecret },
  });
});
afterAll(async () => {
  await passthrough.close();
  await withSessions.close();
  await emulator.close();
});

test('the page has the methods of the SDK, each with one operation', () => {
  const names = ['createCustomer', 'setupCustomer', 'updateCustomer', 'updateCustomerInfo', 'getCustomerInfo'];
  const more = ['checkIfCustomerExists', 'getListOfPolicies', 'createWPA2EnterpriseProfile', 'createPasspointProfile'];
  expect(methods.map(({ method }) => method)).toEqual(expect.arrayContaining([...names, ...more, 'logout']));
  expect(page.match(/```graphql/g)?.length).toBe(new Set(methods.map(({ method }) => method)).size);
});

test.each(methods)(
  '$method runs with the caller "$caller" and makes the calls $calls',
  async ({ method, caller, calls }) => {
    const { document, variables } = operationOf(method);
    const send = await connect(caller);
    emulator.control.clearLog();
    const { data, errors } = await send(document, variables);
    expect(errors).toEqual([]);
    expect(nullPaths(data)).toEqual([]);
    const called = new Set(emulator.control.calls().map(({ route }) => route));
    expect([...called].toSorted()).toEqual(calls.map((number) => routes.get(number)).toSorted());
  },
);

/** Returns the function that sends operations as a caller of the table, which has logged in. */
async function connect(caller: string): Promise<(document: string, variables: object) => Promise<Answer>> {
  if (caller === 'token') {
    const token = await logIn(emulator, demo);
    await passthrough.query(token, '{ viewer { scopes } }');
    return (document, variables) => passthrough.query(token, document, variables);
  }
  const { document, variables } = operationOf('checking credentials');
  const { data } = await withSessions.query(undefined, document, variables);
  const session = caller === 'session' ? data.startContactSession.session : undefined;
  return (document, variables) => withSessions.query(session, document, variables);
}

function operationOf(method: string): { document: string; variables: object } {
  const section = page.split(/^### /m).find((text) => text.toLowerCase().startsWith(`${method.toLowerCase()}\n`)) ?? '';
  const [, document = ''] = /```graphql\n([\s\S]*?)```/.exec(section) ?? [];
  const [, variables = ''] = /```json\n([\s\S]*?)```/.exec(section) ?? [];
  return { document, variables: JSON.parse(variables) };
}

/** The paths of all fields that are null, and all user errors. */
function nullPaths(value: unknown, path = ''): string[] {
  if (value === null) return [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value as object).flatMap(([name, inner]) =>
    name === 'userErrors' && Array.isArray(inner) && inner.length > 0
      ? [`${path}.${name}`, JSON.stringify(inner)]
      : nullPaths(inner, `${path}.${name}`),
  );
}
