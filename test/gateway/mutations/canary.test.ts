import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { createAead } from '../../../src/crypto/aead.ts';
import { createLocalIdempotencyStore } from '../../../src/idempotency/store.ts';
import { createValkeyIdempotencyStore } from '../../../src/idempotency/valkey-store.ts';
import { createLocalScrollSessionStore } from '../../../src/upstream/pagination/session-store.ts';
import { createValkeyScrollSessionStore } from '../../../src/upstream/pagination/valkey-session-store.ts';
import { createValkeyWriteLog } from '../../../src/upstream/write-log/valkey-write-log.ts';
import { createLocalWriteLog } from '../../../src/upstream/write-log/write-log.ts';
import { connectValkey } from '../../../src/valkey/connection.ts';
import type { Answer } from '../../support/gateway.ts';
import { untilItClaims } from '../../support/idempotency.ts';
import { leakyFaults } from '../../support/leaky-faults.ts';
import { formsOf, type SinkGateway, type SinkOptions, sinkNames, startWithSinks } from '../../support/output-sinks.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { idOf, minimal, userErrors } from '../../support/write-gateway.ts';

const chosen = 'CanaryPassword1';
const email = 'canary.mail@example.com';
const name = 'CanaryName';
const key = 'CanaryIdempotencyKey';
const sealKey = randomBytes(32);
const env = { CURSOR_KEYS: sealKey.toString('base64'), OPERATION_DEADLINE_MS: '500', SWITCHED_OFF: 'rate-limit-gate' };
const person = { ...minimal, email, firstName: name };

const createContact = `mutation ($input: CreateContactInput!) {
  createContact(input: $input) { outcome password ${userErrors} }
}`;
const issueToken = `mutation ($input: IssueContactTokenInput!) {
  issueContactToken(input: $input) { token activationUrl ${userErrors} }
}`;
const updateContact = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { ${userErrors} } }`;
const redeemToken = `mutation ($input: RedeemContactTokenInput!) {
  redeemContactToken(input: $input) { contact { cid } ${userErrors} }
}`;
const lifetime = { id: idOf(demo.contactId), expiresIn: 60, hits: 100 };

let emulator: Emulator;
let redis: RedisServer;
let stores: SinkOptions['stores'];
let gateway: SinkGateway;
/** Every answer, with those who may have been told in it. */
let answers: { text: string; mayTell: readonly string[] }[];
beforeEach(async () => {
  answers = [];
  emulator = await startEmulator({ contacts: 20, redeemLimit: { count: 1_000, seconds: 1 } });
  redis = await startRedis();
});
afterEach(async () => {
  await gateway.close();
  for (const store of Object.values(stores)) await store.close();
  await emulator.close();
  await redis.close();
});

async function ask(query: string, input: unknown, more: More = {}) {
  const answer = await gateway.query(query, { input }, more.key);
  answers.push({ text: answer.text, mayTell: answer.errors.length === 0 ? (more.mayTell ?? []) : [] });
  return answer;
}
const payloadOf = ({ data }: Answer) => Object.values<Record<string, string>>(data)[0] ?? {};

describe('password, token, activation URL, idempotency key and person are in no sink but the one answer', {
  timeout: 60_000,
}, () => {
  test('of a gateway that is alone', async () => {
    stores = {
      walks: createLocalScrollSessionStore(2 ** 24),
      changes: createLocalWriteLog(),
      keys: createLocalIdempotencyStore(2 ** 24),
    };
    await expectSilence(await everything());
  });

  test('of one with Valkey, nor in Valkey', async () => {
    const valkey = connectValkey(redis.address, () => undefined);
    stores = {
      walks: createValkeyScrollSessionStore(valkey, createAead([sealKey], 'scroll-session')),
      changes: createValkeyWriteLog(valkey, createAead([sealKey], 'change')),
      keys: createValkeyIdempotencyStore(valkey),
    };
    await untilItClaims(stores.keys);
    const secrets = await everything();
    const dump = await dumped();
    expect(dump.length).toBeGreaterThan(10_000);
    for (const form of Object.values(secrets).flatMap(formsOf)) expect(dump).not.toContain(form);
    await expectSilence(secrets);
  });
});

/** Writes in all ways, with and without keys, again and at once, and through all faults. */
async function everything(): Promise<Record<string, string>> {
  gateway = startWithSinks({ emulator, env, stores });
  await ask(createContact, { ...person, password: chosen }, { mayTell: [chosen] });
  const { password: generated = '' } = payloadOf(await ask(createContact, person, { key, mayTell: ['generated'] }));
  expect(payloadOf(await ask(createContact, person, { key }))['password']).toBeNull();
  await ask(createContact, { ...person, password: chosen }, { key });
  await ask(createContact, { ...person, password: chosen, phone: chosen, language: name, custom: [email] }, { key });
  await ask(createContact, person, { key: `${key} is none` });
  await ask(createContact, { ...person, password: [chosen], email: { email }, [name]: name });
  emulator.control.latency(50);
  const twin = () => ask(createContact, { ...person, password: chosen }, { key: `${key}2`, mayTell: [chosen] });
  await Promise.all([twin(), twin()]);
  emulator.control.latency(0);
  const literal = `mutation { createContact(input: {source: API, policies: {privacy: true, termsOfUse: true},
    password: "${chosen}", email: "${email}", firstName: "${name}", phone: "${chosen}"}) { ${userErrors} } }`;
  for (const text of [literal, literal.replace('source', 'nothing'), literal.slice(0, -20)]) await ask(text, {});
  await throughFaults(chosen, '/v3/customers', (more) => ask(createContact, { ...person, password: chosen }, more));

  const changes = { id: lifetime.id, email, firstName: name, custom: { [name]: chosen } };
  await throughFaults(chosen, `/v3/customers/${demo.contactId}`, () => ask(updateContact, changes));

  const mayTell = ['token'];
  const { token = '' } = payloadOf(await ask(issueToken, lifetime, { key, mayTell }));
  expect(payloadOf(await ask(issueToken, lifetime, { key, mayTell }))['token']).toBe(token);
  await throughFaults(token, '/token\\?', (more) => ask(issueToken, lifetime, more));
  await throughFaults(token, '/tokens/', () => ask(redeemToken, { token }));
  expect(payloadOf(await ask(redeemToken, { token }))['contact']).toEqual({ cid: demo.contactId });
  emulator.control.clock({ skewSeconds: 61 });
  expect((await ask(redeemToken, { token })).errors).toMatchObject([{ extensions: { code: 'GONE' } }]);
  emulator.control.redeemLimit({ count: 0, seconds: 10 });
  expect((await ask(redeemToken, { token })).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  await ask(redeemToken, { token: `${token}/${chosen}` });
  await ask(`mutation { redeemContactToken(input: {token: "${token}"}) { contact { nothing } } }`, {});

  const list = '{ contacts(first: 30) { nodes { cid } } }';
  for (const fault of [undefined, ...leakyFaults(chosen)]) {
    if (fault !== undefined) emulator.control.fault({ ...fault, path: '/v2/customers/organizations' });
    await ask(list, {});
    emulator.control.clearFaults();
  }
  return { chosen, generated, token, key, email, name, clientSecret: emulator.clientSecret, bearer: gateway.bearer() };
}

type More = { key?: string; mayTell?: readonly string[] };

/** Meets each fault without a key; and with one, and again, which may go well for once, and again. */
async function throughFaults(secret: string, path: string, write: (more: More) => Promise<unknown>) {
  for (const [index, fault] of leakyFaults(secret).entries()) {
    const again = { key: `${key}-${path}-${index}` };
    for (const [more, faults] of [
      [{}, 1],
      [again, 1],
      [{ ...again, mayTell: [secret] }, 0],
      [again, 0],
    ] as const) {
      if (faults > 0) emulator.control.fault({ ...fault, path });
      await write(more);
      emulator.control.clearFaults();
    }
  }
}

async function expectSilence(secrets: Record<string, string>): Promise<void> {
  for (const sink of sinkNames) {
    const said = gateway.sinks[sink].join('\n');
    // Rows of lists are kept as they came; what is secret is never among them.
    const kept = sink === 'walks' ? ['email', 'name'] : [];
    for (const [what, value] of Object.entries(secrets)) {
      if (kept.includes(what)) continue;
      const found = formsOf(value).find((form) => said.includes(form));
      expect(found === undefined ? '' : excerpt(said, found), `${what} in ${sink}`).toBe('');
    }
    if (sink !== 'process') expect(said.length, sink).toBeGreaterThan(500); // or nothing was heard at all
  }
  for (const { text, mayTell } of answers) {
    for (const [what, value] of Object.entries(secrets)) {
      if (!mayTell.includes(what) && !mayTell.includes(value)) expect(text, what).not.toContain(value);
    }
  }
  for (const value of [secrets['chosen'], secrets['generated'], secrets['token']]) {
    expect(answers.filter(({ text }) => text.includes(value ?? '')).length).toBeGreaterThan(0);
  }
}

function excerpt(text: string, found: string): string {
  const at = text.indexOf(found);
  return text.slice(Math.max(0, at - 300), at + 100);
}

/** Every key of the server with all that it holds, as the text that it may be. */
async function dumped(): Promise<string> {
  const names = (await redis.call('KEYS', '*')) as string[];
  const values = await Promise.all(names.map((name) => redis.call('HGETALL', name)));
  return JSON.stringify([names, values]);
}
