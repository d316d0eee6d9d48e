import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAead } from '../../src/crypto/aead.ts';
import { Secret } from '../../src/crypto/secret.ts';
import {
  BadUserInput,
  ClientGone,
  Conflict,
  Forbidden,
  OutcomeUnknown,
  RateLimited,
  UpstreamTimeout,
  UpstreamUnavailable,
  WriteInProgress,
} from '../../src/errors.ts';
import { createIdempotency, type Idempotency } from '../../src/idempotency/idempotency.ts';
import { createLocalIdempotencyStore } from '../../src/idempotency/store.ts';
import { ada, createContactStub, type IdempotentWriteOptions, writeIdempotently } from '../support/idempotent-write.ts';

let idempotency: Idempotency;
beforeEach(() => {
  const store = createLocalIdempotencyStore(2 ** 20);
  idempotency = createIdempotency({ store, aead: createAead([randomBytes(32)], 'idempotency'), deadlineMs: 2_000 });
});
afterEach(() => vi.restoreAllMocks());

describe('a write', () => {
  test('without a key is made each time', async () => {
    const write = createContactStub();
    await writeIdempotently(idempotency, write, { header: undefined });
    expect(await writeIdempotently(idempotency, write, { header: undefined })).toEqual({
      cid: 'c-2',
      password: 'canary',
    });
  });

  test('under the same key is made once, and a repeat gets what was kept of its answer', async () => {
    const write = createContactStub();
    expect(await writeIdempotently(idempotency, write)).toEqual({ cid: 'c-1', password: 'canary' });
    for (let times = 0; times < 3; times += 1) {
      expect(await writeIdempotently(idempotency, write)).toEqual({ cid: 'c-1', password: undefined });
    }
    expect(write).toHaveBeenCalledTimes(1);
  });

  test.each<[string, IdempotentWriteOptions]>([
    ['another key', { header: 'key-2' }],
    ['another place in the answer', { path: 'createContacts.1' }],
    ['another organization', { caller: { ...ada, organizationId: 'other' } }],
    ['another subject', { caller: { ...ada, subject: 'eve' } }],
    ['other scopes', { caller: { ...ada, scopes: [] } }],
  ])('under %s is another one', async (_, changes) => {
    const write = createContactStub();
    await writeIdempotently(idempotency, write);
    expect(await writeIdempotently(idempotency, write, changes)).toEqual({ cid: 'c-2', password: 'canary' });
  });

  test.each([
    [',', ','],
    ['"', '\\"'],
    ['","', '","'],
  ])('is not taken for another one whose key and place look the same together, with %s', async (separator, other) => {
    const write = createContactStub();
    await writeIdempotently(idempotency, write, { header: 'a', path: `b${separator}c` });
    expect(await writeIdempotently(idempotency, write, { header: `a${other}b`, path: 'c' })).toMatchObject({
      cid: 'c-2',
    });
  });

  test('with another input under the same key is refused, and the first one still known', async () => {
    const write = createContactStub();
    await writeIdempotently(idempotency, write, { input: { password: new Secret('one') } });
    await expect(writeIdempotently(idempotency, write, { input: { password: new Secret('two') } })).rejects.toThrow(
      BadUserInput,
    );
    expect(await writeIdempotently(idempotency, write, { input: { password: new Secret('one') } })).toMatchObject({
      cid: 'c-1',
    });
    expect(write).toHaveBeenCalledTimes(1);
  });

  test('is refused while its twin is under way, and answered when that is done', async () => {
    const { promise, resolve } = Promise.withResolvers<{ cid: string; password: undefined }>();
    const first = writeIdempotently(idempotency, () => promise);
    const write = createContactStub();
    await expect(writeIdempotently(idempotency, write)).rejects.toThrow(WriteInProgress);
    await expect(writeIdempotently(idempotency, write, { input: 'other' })).rejects.toThrow(BadUserInput);
    resolve({ cid: 'c-0', password: undefined });
    await first;
    expect(await writeIdempotently(idempotency, write)).toEqual({ cid: 'c-0', password: undefined });
    expect(write).not.toHaveBeenCalled();
  });

  test.each([
    ['', 'empty'],
    ['a b', 'with a space'],
    ['one, two', 'that were two headers'],
    ['schlüssel', 'beyond ASCII'],
    ['a\tb', 'with a control character'],
    ['a\u007f', 'with DEL'],
    ['k'.repeat(256), 'too long'],
  ])('under the key %j (%s) is refused without a word of it', async (header) => {
    const write = createContactStub();
    const refused = writeIdempotently(idempotency, write, { header });
    await expect(refused).rejects.toThrow(BadUserInput);
    await expect(refused).rejects.toThrow(/^An Idempotency-Key is 1 to 255 visible ASCII characters/);
    expect(write).not.toHaveBeenCalled();
  });

  test.each(['k', '"8e03978e-40d5-43dd-bc93-6894a57f9324"', '~'.repeat(255)])(
    'under the key %s is made',
    async (header) => {
      expect(await writeIdempotently(idempotency, createContactStub(), { header })).toMatchObject({ cid: 'c-1' });
    },
  );
});

describe('a write that fails', () => {
  test.each([
    new Conflict('refused'),
    new Forbidden('refused'),
    new RateLimited('refused', 1),
    new UpstreamUnavailable('not reached'),
    new UpstreamTimeout('not sent'),
    new ClientGone('not sent'),
  ])('for sure, with a $name, leaves its key as it was, also for a mended input', async (error) => {
    await expect(writeIdempotently(idempotency, () => Promise.reject(error))).rejects.toBe(error);
    expect(await writeIdempotently(idempotency, createContactStub(), { input: 'mended' })).toMatchObject({
      cid: 'c-1',
    });
  });

  test('with an unknown outcome is never made again, and says the same each time', async () => {
    const error = new OutcomeUnknown('Look for it first.', true);
    await expect(writeIdempotently(idempotency, () => Promise.reject(error))).rejects.toBe(error);
    const write = createContactStub();
    for (let times = 0; times < 2; times += 1) {
      const repeated: unknown = await writeIdempotently(idempotency, write).catch((thrown: unknown) => thrown);
      expect(repeated).toBeInstanceOf(OutcomeUnknown);
      expect(repeated).toMatchObject({ message: 'Look for it first.', retryable: false });
    }
    expect(write).not.toHaveBeenCalled();
  });

  test('in a way that nobody has foreseen may have been made', async () => {
    await expect(writeIdempotently(idempotency, () => Promise.reject(new TypeError('canary')))).rejects.toThrow(
      TypeError,
    );
    const write = createContactStub();
    await expect(writeIdempotently(idempotency, write)).rejects.toThrow(OutcomeUnknown);
    await expect(writeIdempotently(idempotency, write)).rejects.not.toThrow('canary');
    expect(write).not.toHaveBeenCalled();
  });

  test('to come back, as when its process ends, is waited for a minute beyond its deadline, and not made again', async () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(1_000);
    void writeIdempotently(idempotency, () => new Promise(() => undefined));
    const write = createContactStub();
    now.mockReturnValue(1_000 + 61_999);
    await expect(writeIdempotently(idempotency, write)).rejects.toThrow(WriteInProgress);
    now.mockReturnValue(1_000 + 62_000);
    await expect(writeIdempotently(idempotency, write)).rejects.toThrow(OutcomeUnknown);
    expect(write).not.toHaveBeenCalled();
  });
});
