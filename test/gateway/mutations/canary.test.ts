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
import { waitForIdempotencyStore } from '../../support/idempotency.ts';
import { faultsQuoting } from '../../support/leaky-faults.ts';
import { formsOf, type SinkGateway, type SinkOptions, sinkNames, startWithSinks } from '../../support/output-sinks.ts';
import { dumpKeys, type RedisServer, startRedis } from '../../support/redis.ts';
import { createContact, issueToken, redeemToken, registerDevice, updateContact } from '../../support/secret-writes.ts';
import { idOf, minimal, userErrors } from '../../support/write-gateway.ts';

const chosen = 'CanaryPassword1';
const email = 'canary.mail@example.com';
const name = 'CanaryName';
const key = 'CanaryIdempotencyKey';
const sealKey = randomBytes(32);
const env = {
  CURSOR_KEYS: sealKey.toString('base64'),
  OPERATION_DEADLINE_MS: '1500',
  SWITCHED_OFF: 'rate-limit-gate',
  PUBLIC_SCHEMA: 'false', // Only in development errors quote the unknown keys of variables.
};
const person = { ...minimal, email, firstName: name };

const pushToken = 'CanaryPushToken1';
const lifetime = { id: idOf(demo.contactId), expiresIn: 60, hits: 100 };

let emulator: Emulator;
let redis: RedisServer;
let stores: SinkOptions['stores'];
let gateway: SinkGateway;
/** Every answer, with the names of the secrets that it may contain. */
let answers: { text: string; mayContain: readonly string[] }[];
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

async function send(query: string, input: unknown, more: More = {}) {
  const answer = await gateway.query(query, { input }, more.key);
  answers.push({ text: answer.text, mayContain: answer.errors.length === 0 ? (more.mayContain ?? []) : [] });
  return answer;
}
const payloadOf = ({ data }: Answer) => Object.values<Record<string, string>>(data)[0] ?? {};

describe('passwords, tokens, activation URLs, idempotency keys and personal data are only in the answer that may contain them', {
  timeout: 60_000,
}, () => {
  test('a single gateway writes no secret to its log, stores, errors and other answers', async () => {
    stores = {
      scrollSessionStore: createLocalScrollSessionStore(2 ** 24),
      writeLog: createLocalWriteLog(),
      idempotencyStore: createLocalIdempotencyStore(2 ** 24),
    };
    await expectSilence(await everything());
  });

  test('a gateway with Valkey writes no secret to its log, errors and other answers, nor to Valkey', async () => {
    const valkey = connectValkey(redis.address, () => undefined);
    stores = {
      scrollSessionStore: createValkeyScrollSessionStore(valkey, createAead([sealKey], 'scroll-session')),
      writeLog: createValkeyWriteLog(valkey, createAead([sealKey], 'change')),
      idempotencyStore: createValkeyIdempotencyStore(valkey),
    };
    await waitForIdempotencyStore(stores.idempotencyStore);
    const secrets = await everything();
    const dump = JSON.stringify(await dumpKeys(redis));
    expect(dump.length).toBeGreaterThan(10_000);
    for (const form of Object.values(secrets).flatMap(formsOf)) expect(dump).not.toContain(form);
    await expectSilence(secrets);
  });
});

/** Calls all mutations with and without idempotency keys, repeated, concurrently, and with each fault. */
async function everything(): Promise<Record<string, string>> {
  gateway = startWithSinks({ emulator, env, stores });
  await send(createContact, { ...person, password: chosen }, { mayContain: [chosen] });
  const { password: generated = '' } = payloadOf(await send(createContact, person, { key, mayContain: ['generated'] }));
  expect(payloadOf(await send(createContact, person, { key }))['password']).toBeNull();
  await send(createContact, { ...person, password: chosen }, { key });
  await send(createContact, { ...person, password: chosen, phone: chosen, language: name, custom: [email] }, { key });
  await send(createContact, person, { key: `${key} is none` });
  await send(createContact, { ...person, password: [chosen], email: { email }, [name]: name });
  emulator.control.latency(50);
  const twin = () => send(createContact, { ...person, password: chosen }, { key: `${key}2`, mayContain: [chosen] });
  await Promise.all([twin(), twin()]);
  emulator.control.latency(0);
  const literal = `mutation { createContact(input: {source: API, policies: {privacy: true, termsOfUse: true},
    password: "${chosen}", email: "${email}", firstName: "${name}", phone: "${chosen}"}) { ${userErrors} } }`;
  for (const text of [literal, literal.replace('source', 'nothing'), literal.slice(0, -20)]) await send(text, {});
  await throughFaults(chosen, '/v3/customers', (more) => send(createContact, { ...person, password: chosen }, more));

  const changes = { id: lifetime.id, email, firstName: name, custom: { [name]: chosen } };
  await throughFaults(chosen, `/v3/customers/${demo.contactId}`, () => send(updateContact, changes));

  const installation = { id: lifetime.id, device: { installId: 'i' }, pushToken };
  await send(registerDevice, installation, { key: `${key}-device` });
  await send(registerDevice, { ...installation, device: { created: pushToken } }, { key });
  await send(registerDevice, { ...installation, device: [pushToken], pushToken: { pushToken } });
  await throughFaults(pushToken, '/devices$', (more) => send(registerDevice, installation, more));
  expect(emulator.registeredDevices(demo.contactId)).toMatchObject([{ pushToken }]);
  expect(JSON.stringify(emulator.control.calls())).not.toContain(pushToken);

  const mayContain = ['token'];
  const { token = '' } = payloadOf(await send(issueToken, lifetime, { key, mayContain }));
  expect(payloadOf(await send(issueToken, lifetime, { key, mayContain }))['token']).toBe(token);
  await throughFaults(token, '/token\\?', (more) => send(issueToken, lifetime, more));
  await throughFaults(token, '/tokens/', () => send(redeemToken, { token }));
  expect(payloadOf(await send(redeemToken, { token }))['contact']).toEqual({ cid: demo.contactId });
  emulator.control.clock({ skewSeconds: 61 });
  expect((await send(redeemToken, { token })).errors).toMatchObject([{ extensions: { code: 'GONE' } }]);
  emulator.control.redeemLimit({ count: 0, seconds: 10 });
  expect((await send(redeemToken, { token })).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  await send(redeemToken, { token: `${token}/${chosen}` });
  await send(`mutation { redeemContactToken(input: {token: "${token}"}) { contact { nothing } } }`, {});

  const list = '{ contacts(first: 30) { nodes { cid } } }';
  for (const fault of [undefined, ...faultsQuoting(chosen)]) {
    if (fault !== undefined) emulator.control.fault({ ...fault, path: '/v2/customers/organizations' });
    await send(list, {});
    emulator.control.clearFaults();
  }
  return {
    chosen,
    generated,
    token,
    pushToken,
    key,
    email,
    name,
    clientSecret: emulator.clientSecret,
    bearer: gateway.bearer(),
  };
}

type More = { key?: string; mayContain?: readonly string[] };

/** Sends a write with each fault without an idempotency key, and with a key followed by two repeats without a fault. */
async function throughFaults(secret: string, path: string, write: (more: More) => Promise<unknown>) {
  for (const [index, fault] of faultsQuoting(secret).entries()) {
    const again = { key: `${key}-${path}-${index}` };
    for (const [more, faults] of [
      [{}, 1],
      [again, 1],
      [{ ...again, mayContain: [secret] }, 0],
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
    const written = gateway.sinks[sink].join('\n');
    // The scroll session store keeps the rows of lists, which contain personal data but no secret.
    const allowed = sink === 'scrollSessionStore' ? ['email', 'name'] : [];
    for (const [secret, value] of Object.entries(secrets)) {
      if (allowed.includes(secret)) continue;
      const found = formsOf(value).find((form) => written.includes(form));
      expect(found === undefined ? '' : excerpt(written, found), `${secret} in ${sink}`).toBe('');
    }
    // An empty sink would mean that it is not observed.
    if (sink !== 'process') expect(written.length, sink).toBeGreaterThan(500);
  }
  for (const { text, mayContain } of answers) {
    for (const [secret, value] of Object.entries(secrets)) {
      if (!mayContain.includes(secret) && !mayContain.includes(value)) expect(text, secret).not.toContain(value);
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
