import { expect, test } from 'vitest';
import { Forbidden, Gone, NotFound, UpstreamUnavailable } from '../../../src/errors.ts';
import { cache, calls, failing, later, reads, request, rule, saying, upstream } from './support/cached-reads.ts';

test('a NotFound error is cached without its stack, which would keep the objects of all callers in memory', async () => {
  failing(new NotFound('none'));
  await expect(reads.read(request())).rejects.toThrow(NotFound);
  expect(cache.get('alice /x', String)).toMatchObject({ value: { message: 'none', stack: '' } });
});

test('a NotFound error is cached for a short time', async () => {
  failing(new NotFound('none'));
  const first = await reads.read(request()).catch((error: unknown) => error);
  await later(499);
  const second = await reads.read(request()).catch((error: unknown) => error);
  expect(second).toBeInstanceOf(NotFound);
  expect(second).not.toBe(first);
  expect(calls).toBe(1);
  saying('created');
  await later(1);
  expect(await reads.read(request())).toMatchObject({ value: 'created' });
});

test('a cached NotFound error is not served in place of a failure of the upstream', async () => {
  let fail: (error: Error) => void = () => undefined;
  upstream.says = () =>
    new Promise((_, reject) => {
      fail = reject;
    });
  const read = reads.read(request());
  await later(0);
  failing(new NotFound('none'));
  await expect(reads.read(request({ mustBeFresh: true }))).rejects.toThrow(NotFound);
  fail(new UpstreamUnavailable('down'));
  await expect(read).rejects.toThrow(UpstreamUnavailable);
});

test('errors other than NotFound are not cached', async () => {
  for (const error of [new UpstreamUnavailable('down'), new Forbidden('no'), new Gone('gone')]) {
    failing(error);
    await expect(reads.read(request())).rejects.toBe(error);
  }
  expect(calls).toBe(3);
  expect(cache.usage.answers).toBe(0);
});

test('a NotFound error that the decoder throws for a successful response is cached, too', async () => {
  const decode = () => {
    throw new NotFound('none');
  };
  for (const _ of [1, 2]) await expect(reads.read(request({ decode }))).rejects.toThrow(NotFound);
  expect(calls).toBe(1);
  await later(rule.absentMs);
  expect(await reads.read(request())).toMatchObject({ value: 'first', origin: 'upstream' });
});
