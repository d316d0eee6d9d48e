import { describe, expect, test } from 'vitest';
import { ClientGone, NotFound, UpstreamUnavailable } from '../../../src/errors.ts';
import { createCache } from '../../../src/upstream/cache/cache.ts';
import { createCachedReads } from '../../../src/upstream/cache/cached-read.ts';
import {
  cache,
  calls,
  coalescer,
  failing,
  later,
  policy,
  reads,
  request,
  saying,
  upstream,
} from './support/cached-reads.ts';

const off = { freshMs: 0, staleMs: 0, errorMs: 0, absentMs: 0 };

test('a cached response is served with its age until it is no longer fresh', async () => {
  expect(await reads.read(request())).toEqual({ value: 'first', origin: 'upstream', ageMs: 0 });
  await later(999);
  expect(await reads.read(request())).toEqual({ value: 'first', origin: 'cache', ageMs: 999 });
  expect(calls).toBe(1);
});

test('the age of a response counts from its request', async () => {
  upstream.says = () => new Promise((resolve) => setTimeout(resolve, 400, 'slow'));
  const first = reads.read(request());
  await later(400);
  expect(await first).toEqual({ value: 'slow', origin: 'upstream', ageMs: 400 });
  expect(await reads.read(request())).toMatchObject({ origin: 'cache', ageMs: 400 });
});

test('no caller gets what was read for another caller', async () => {
  const asked = ['alice', 'bob'].flatMap((caller) =>
    Array.from({ length: 100 }, () =>
      reads.read(request({ key: `${caller} /x`, fetch: async () => ({ bytes: Buffer.from(caller), json: caller }) })),
    ),
  );
  const values = (await Promise.all(asked)).map(({ value }) => value);
  expect(values).toEqual([...Array(100).fill('alice'), ...Array(100).fill('bob')]);
  const again = ['alice', 'bob'].map((caller) => reads.read(request({ key: `${caller} /x` })));
  expect((await Promise.all(again)).map(({ value }) => value)).toEqual(['alice', 'bob']);
});

test('a read joins a pending read of the same key', async () => {
  const answers = await Promise.all([reads.read(request()), reads.read(request())]);
  expect(answers.map(({ origin }) => origin)).toEqual(['upstream', 'shared']);
  expect(calls).toBe(1);
});

describe('a write invalidates the cached responses about its contact', () => {
  test('after a write no response from before it is served, joined or cached, for any caller', async () => {
    await reads.read(request({ key: 'bob /x' }));
    let answer: (value: string) => void = () => undefined;
    upstream.says = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const before = reads.read(request());
    await reads.invalidate('x');
    saying('after');
    expect(await reads.read(request())).toMatchObject({ value: 'after', origin: 'upstream' });
    expect(await reads.read(request({ key: 'bob /x' }))).toMatchObject({ value: 'after', origin: 'upstream' });
    answer('before');
    expect(await before).toMatchObject({ value: 'before' });
    expect(await reads.read(request())).toMatchObject({ value: 'after', origin: 'cache' });
  });

  test('after a write the cached responses about other contacts are still served', async () => {
    await reads.read(request());
    await reads.invalidate('y');
    expect(await reads.read(request())).toMatchObject({ origin: 'cache' });
  });
});

describe('a read that must be fresh calls the upstream', () => {
  test('a read that must be fresh ignores a cached response, and its own response is cached', async () => {
    await reads.read(request());
    saying('second');
    expect(await reads.read(request({ mustBeFresh: true }))).toMatchObject({ value: 'second', origin: 'upstream' });
    expect(await reads.read(request())).toMatchObject({ value: 'second', origin: 'cache' });
  });

  test('a read that must be fresh joins only a pending read that must be fresh, too', async () => {
    const asked = [false, true, true, false].map((mustBeFresh) => reads.read(request({ mustBeFresh })));
    const answers = await Promise.all(asked);
    expect(answers.map(({ origin }) => origin)).toEqual(['upstream', 'upstream', 'shared', 'shared']);
    expect(calls).toBe(2);
  });

  test('a read that must be fresh is not shared with another caller', async () => {
    const asked = ['alice', 'bob'].map((caller) => {
      const fetch = async () => ({ bytes: Buffer.from(caller), json: caller });
      return reads.read(request({ key: `${caller} /x`, mustBeFresh: true, fetch }));
    });
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual(['alice', 'bob']);
  });

  test('a read that must be fresh is not served a cached NotFound error', async () => {
    failing(new NotFound('none'));
    await expect(reads.read(request())).rejects.toThrow(NotFound);
    saying('created');
    expect(await reads.read(request({ mustBeFresh: true }))).toMatchObject({ value: 'created' });
    expect(await reads.read(request())).toMatchObject({ value: 'created', origin: 'cache' });
  });
});

describe('the coalescer and the cache are optional', () => {
  test('without a coalescer reads are not shared, and an abort still rejects a read at once', async () => {
    const reads = createCachedReads({ cache, policy });
    const answers = await Promise.all([reads.read(request()), reads.read(request())]);
    expect(answers.map(({ origin }) => origin)).toEqual(['upstream', 'upstream']);
    upstream.says = () => new Promise(() => undefined);
    const leaving = new AbortController();
    const deadline = { signal: leaving.signal, endsAt: () => 0 };
    const left = createCachedReads({}).read(request({ deadline, key: 'other' }));
    leaving.abort();
    await expect(left).rejects.toThrow(ClientGone);
    saying('late');
    await expect(createCachedReads({}).read(request({ deadline }))).rejects.toThrow(ClientGone);
  });

  test.each([
    ['a cache', () => createCachedReads({ coalescer, policy })],
    ['memory', () => createCachedReads({ coalescer, cache: createCache({ maxBytes: 0 }), policy })],
    ['a rule', () => createCachedReads({ coalescer, cache, policy: { ...policy, contact: off } })],
    ['any of these', () => createCachedReads({})],
  ])('without %s no response is cached', async (_, create) => {
    const reads = create();
    await reads.read(request());
    expect(cache.usage.answers).toBe(0);
    expect(await reads.read(request())).toMatchObject({ origin: 'upstream' });
    await reads.invalidate('x');
    failing(new NotFound('none'));
    await expect(reads.read(request())).rejects.toThrow(NotFound);
    failing(new UpstreamUnavailable('down'));
    await expect(reads.read(request())).rejects.toThrow(UpstreamUnavailable);
    expect(calls).toBe(4);
    expect(cache.usage.answers).toBe(0);
  });
});
