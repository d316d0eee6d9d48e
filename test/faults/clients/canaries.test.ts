import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import type { FaultRule } from '../../../emulator/faults.ts';
import { faultsQuoting } from '../../support/leaky-faults.ts';
import { type LiveGateway, startLiveGateway } from '../../support/live-gateway.ts';
import { formsOf } from '../../support/output-sinks.ts';
import { logIn } from '../../support/passthrough-gateway.ts';
import { ada, minimal, userErrors } from '../../support/write-gateway.ts';
import { recordRow } from './support/row.ts';

const key = randomBytes(32).toString('base64');

const email = 'canary.mail@example.com';
const phone = '+14155550199';
const mac = '02:ca:4a:12:34:56';
const name = 'CanaryName';
const password = 'CanaryPassword1';
const pushToken = 'CanaryPushToken1';
const customerToken = 'CanaryCustomerToken1';
const documentId = 'CanaryDocumentId1';
const variable = 'CanaryVariable1';
const header = 'CanaryHeader1';
const cursor = 'CanaryCursor1';

/** Values that may stand in no log line, and in no error and no header of a response. */
const canaries: Record<string, string> = {
  ...{ clientKey: demo.clientKey, clientSecret: demo.clientSecret, key },
  ...{ email, phone, mac, name, password, pushToken, customerToken, documentId, variable, header, cursor },
};

/** Codes that need a state which other tests create: a lost scroll, a manifest of documents, a defect, and a full queue. */
const elsewhere = ['CURSOR_EXPIRED', 'DOCUMENT_NOT_TRUSTED', 'INTERNAL', 'OVERLOADED'];

let emulator: Emulator;
let gateway: LiveGateway;
const outputs: { text: string; sent: string }[] = [];
const codes = new Set<string>();
let token: string;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50, claims: true, redeemLimit: { count: 1_000, seconds: 1 } });
  gateway = await startLiveGateway(emulator, {
    ...{ NODE_ENV: 'production', LOG_LEVEL: 'trace', SWITCHED_OFF: 'cache,retry,rate-limit-gate,circuit-breaker' },
    ...{
      ORGANIZATION_ID: demo.organizationId,
      UPSTREAM_CLIENT_KEY: demo.clientKey,
      UPSTREAM_CLIENT_SECRET: demo.clientSecret,
    },
    ...{ CURSOR_KEYS: key, SESSION_KEYS: key, OPERATION_DEADLINE_MS: '1000' },
  });
  token = await logIn(emulator, emulator);
});
afterAll(async () => {
  await gateway.close();
  await emulator.close();
});

async function send(sent: string, body: unknown, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'x-canary': header,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  await record(sent, response);
}

/** Keeps the errors and the headers of a response. Its data may contain values of the request. */
async function record(sent: string, response: Response): Promise<void> {
  const text = await response.text();
  const { errors = [] } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
  for (const { extensions } of errors) codes.add(extensions.code);
  outputs.push({ sent, text: JSON.stringify([errors, ...response.headers]) });
}

const person = { ...minimal, email, phone, firstName: name, password };
const operations: [sent: string, query: string, variables?: object][] = [
  ['a contact', `{ contact(by: {cid: "${demo.contactId}"}) { firstName events { totalCount } } }`],
  ['a contact by email', 'query ($by: ContactBy!) { contact(by: $by) { cid } }', { by: { email } }],
  [
    'a list',
    'query ($filter: ContactFilter) { contacts(first: 2, filter: $filter) { nodes { cid } } }',
    { filter: { phone } },
  ],
  [
    'a creation',
    `mutation ($input: CreateContactInput!) { createContact(input: $input) { ${userErrors} } }`,
    { input: person },
  ],
  [
    'an update',
    `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { ${userErrors} } }`,
    { input: { id: ada, email, firstName: name, custom: { [name]: variable } } },
  ],
  [
    'a device',
    `mutation ($input: RegisterContactDeviceInput!) { registerContactDevice(input: $input) { ${userErrors} } }`,
    { input: { id: ada, device: { installId: mac }, pushToken } },
  ],
  [
    'a customer token',
    `mutation ($input: RedeemContactTokenInput!) { redeemContactToken(input: $input) { ${userErrors} } }`,
    { input: { token: customerToken } },
  ],
  [
    'a session',
    'mutation ($input: StartContactSessionInput!) { startContactSession(input: $input) { session } }',
    { input: { organizationId: demo.organizationId, credentials: { username: email, password } } },
  ],
];

test('C26: no log line, error or header contains a secret or a value of the request, with any fault and any error code', {
  timeout: 180_000,
}, async (context) => {
  emulator.control.expireTokens(); // also that with which the gateway calls for customer sessions
  emulator.control.fault({
    path: '/login',
    kind: 'status',
    status: 401,
    message: variable,
    times: Number.POSITIVE_INFINITY,
  });
  const [sent, query, variables] = operations.at(-1) as (typeof operations)[number];
  await send(sent, { query, variables });
  emulator.control.clearFaults();
  token = await logIn(emulator, emulator);
  canaries['token'] = token;
  for (const [sent, query, variables] of operations) {
    const values = JSON.stringify(variables ?? {});
    const wrong = [
      { query, variables },
      { query, variables: JSON.parse(values.replaceAll(/"(?=[^"]*"[:}])/g, '"x')) as object },
      { query, variables: { input: variable, by: { cid: variable }, filter: [variable] } },
      { query: query.slice(0, -3) + variable, variables },
    ];
    for (const body of wrong) await send(sent, body);
    const gone: FaultRule = { kind: 'status', status: 410, message: email };
    for (const fault of [...faultsQuoting(variable), gone]) {
      emulator.control.fault({ ...fault, times: Number.POSITIVE_INFINITY });
      await send(sent, { query, variables }, { 'idempotency-key': `${header}-${outputs.length}` });
      emulator.control.clearFaults();
    }
  }
  await send('a cursor', { query: '{ contacts(first: 1, after: "x") { totalCount } }'.replace('x', cursor) });
  await send('a document id', { documentId });
  await send('a hash', {
    extensions: { persistedQuery: { version: 1, sha256Hash: documentId.padEnd(64, '0') } },
  });
  await send('a token', { query: '{ __typename }' }, { authorization: `Bearer ${customerToken}` });
  await send('JSON', `{"query":"${variable}","${variable}":`);
  await send('too many calls', {
    query: `{ contacts(first: 1000, filter: {phone: "${phone}"}) { nodes { events { totalCount } } } }`,
  });
  const bad = Array.from({ length: 100 }, () => variable);
  await send('many errors', {
    query: 'query ($ids: [ID!]!) { a: nodes(ids: $ids) { id } b: nodes(ids: $ids) { id } }',
    variables: { ids: bad },
  });
  const authorization = `Bearer ${token}`;
  await record('a GET', await fetch(`${gateway.url}?query=${variable}`, { headers: { authorization } }));

  const log = gateway.logged.join('\n');
  const found = Object.entries(canaries).flatMap(([kind, value]) =>
    formsOf(value).flatMap((form) => [
      ...(log.includes(form) ? [`${kind} in the log`] : []),
      ...outputs.filter(({ text }) => text.includes(form)).map(({ sent }) => `${kind} in the response of ${sent}`),
    ]),
  );
  recordRow(context, {
    row: 'C26',
    sent: `${Object.keys(canaries).length} canaries, ${outputs.length} requests`,
    status: '–',
    code: `${codes.size} codes`,
    calls: emulator.control.calls().length,
  });
  expect(found).toEqual([]);
  // A log and responses without content would contain no canary either.
  expect(gateway.logged.length).toBeGreaterThan(outputs.length / 2);
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `([A-Z_]+)` \|.*\| (?:no|yes|depends) \|$/gm)].map(([, code]) =>
    String(code),
  );
  expect(documented.filter((code) => !codes.has(code)).toSorted()).toEqual(elsewhere.toSorted());
});
