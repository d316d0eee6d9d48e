import { expect, test } from 'vitest';
import { createPrefetch, type PrefetchedPage } from '../../../src/upstream/pagination/prefetch.ts';
import { makeScrollSession } from '../../support/scroll-session.ts';

function page(bytes: number): PrefetchedPage {
  return { session: makeScrollSession(), count: 1, body: { bytes: Buffer.alloc(bytes), json: {} } };
}

test('8 prefetched pages are kept, and a further one takes the place of the oldest', async () => {
  const prefetch = createPrefetch(1);
  const pages = Array.from({ length: 9 }, () => page(1));
  for (const [n, each] of pages.entries()) prefetch.start(`page-${n}`, async () => each);
  expect(await prefetch.take('page-0')).toBeUndefined();
  for (const [n, each] of pages.entries()) if (n > 0) expect(await prefetch.take(`page-${n}`)).toBe(each);
});

test('a prefetched page of 4 MB is kept, and a larger one is not', async () => {
  const prefetch = createPrefetch(1);
  const [fitting, larger] = [page(4_000_000), page(4_000_001)];
  prefetch.start('fitting', async () => fitting);
  prefetch.start('larger', async () => larger);
  expect(await prefetch.take('fitting')).toBe(fitting);
  expect(await prefetch.take('larger')).toBeUndefined();
});
