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

describe('a write with an idempotency key', () => {
  test('a write without an idempotency key is made each time', async () => {
    const write = createContactStub();
    await writeIdempotently(idempotency, write, { header: undefined });
    expect(await writeIdempotently(idempotency, write, { header: undefined })).toEqual({
      cid: 'c-2',
      password: 'canary',
    });
  });

  test('a write under one key is made once, and a repeat gets the recorded result', async () => {
    const write = createContactStub();
    expect(await writeIdempotently(idempotency, write)).toEqual({ cid: 'c-1', password: 'canary' });
    for (let times = 0; times < 3; times += 1) {
      expect(await writeIdempotently(idempotency, write)).toEqual({ cid: 'c-1', password: undefined });
    }
    expect(write).toHaveBeenCalledTimes(1);
  });

  test.each<[string, IdempotentWriteOptions]>([
    ['another key', { header: 'key-2' }],
    ['another path in the response', { path: 'createContacts.1' }],
    ['another organization', { caller: { ...ada, organizationId: 'other' } }],
    ['another subject', { caller: { ...ada, subject: 'eve' } }],
    ['other scopes', { caller: { ...ada, scopes: [] } }],
  ])('a write under %s is a separate write', async (_, changes) => {
    const write = createContactStub();
    await writeIdempotently(idempotency, write);
    expect(await writeIdempotently(idempotency, write, changes)).toEqual({ cid: 'c-2', password: 'canary' });
  });

  test.each([
    [',', ','],
    ['"', '\\"'],
    ['","', '","'],
  ])(
    'writes whose key and path are equal when they are joined with %s are separate writes',
    async (separator, other) => {
      const write = createContactStub();
      await writeIdempotently(idempotency, write, { header: 'a', path: `b${separator}c` });
      expect(await writeIdempotently(idempotency, write, { header: `a${other}b`, path: 'c' })).toMatchObject({
        cid: 'c-2',
      });
    },
  );

  test('a write with another input under the same key is refused, and the record of the first one remains', async () => {
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

  test('a repeat is refused while the first write is pending, and gets its result afterwards', async () => {
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
    ['one, two', 'two joined headers'],
    ['schlüssel', 'beyond ASCII'],
    ['a\tb', 'with a control character'],
    ['a\u007f', 'with DEL'],
    ['k'.repeat(256), 'too long'],
  ])('a write under the key %j (%s) is refused with an error that does not quote the key', async (header) => {
    const write = createContactStub();
    const refused = writeIdempotently(idempotency, write, { header });
    await expect(refused).rejects.toThrow(BadUserInput);
    await expect(refused).rejects.toThrow(/^An Idempotency-Key is 1 to 255 visible ASCII characters/);
    expect(write).not.toHaveBeenCalled();
  });

  test.each(['k', '"8e03978e-40d5-43dd-bc93-6894a57f9324"', '~'.repeat(255)])(
    'a write under the valid key %s is made',
    async (header) => {
      expect(await writeIdempotently(idempotency, createContactStub(), { header })).toMatchObject({ cid: 'c-1' });
    },
  );
});

describe('a failed write with an idempotency key', () => {
  test.each([
    new Conflict('refused'),
    new Forbidden('refused'),
    new RateLimited('refused', 1),
    new UpstreamUnavailable('not reached'),
    new UpstreamTimeout('not sent'),
    new ClientGone('not sent'),
  ])('a write that was not made, with a $name, releases its key, also for a corrected input', async (error) => {
    await expect(writeIdempotently(idempotency, () => Promise.reject(error))).rejects.toBe(error);
    expect(await writeIdempotently(idempotency, createContactStub(), { input: 'corrected' })).toMatchObject({
      cid: 'c-1',
    });
  });

  test('a write with an unknown outcome is never made again, and each repeat gets the same error', async () => {
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

  test('a write that fails with an unexpected error has an unknown outcome', async () => {
    await expect(writeIdempotently(idempotency, () => Promise.reject(new TypeError('canary')))).rejects.toThrow(
      TypeError,
    );
    const write = createContactStub();
    await expect(writeIdempotently(idempotency, write)).rejects.toThrow(OutcomeUnknown);
    await expect(writeIdempotently(idempotency, write)).rejects.not.toThrow('canary');
    expect(write).not.toHaveBeenCalled();
  });

  test('a write without a result, as after the end of its process, is in progress until a minute after its deadline and then has an unknown outcome', async () => {
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
