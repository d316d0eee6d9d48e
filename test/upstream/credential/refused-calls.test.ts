import { expect, test } from 'vitest';
import { RefusedCalls } from '../../../src/upstream/credential/refused-calls.ts';

const call = (path: string, page = 1, method: 'GET' | 'POST' = 'GET') => {
  const query = new URLSearchParams({ page: String(page) });
  return { method, path, query };
};

test('a refused call is remembered for a minute, and no other call is', () => {
  const calls = new RefusedCalls();
  calls.add(call('/a'), 0);
  expect(calls.has(call('/a'), 59_999)).toBe(true);
  expect(calls.has(call('/a'), 60_000)).toBe(false);
  for (const other of [call('/b'), call('/a', 2), call('/a', 1, 'POST')]) expect(calls.has(other, 0)).toBe(false);
});

test('a thousand refused calls are remembered, and then the one that was refused first is forgotten', () => {
  const calls = new RefusedCalls();
  for (let nth = 0; nth <= 1_000; nth += 1) calls.add(call(`/${nth}`), nth);
  calls.add(call('/1'), 1_001);
  calls.add(call('/more'), 1_002);
  expect([0, 1, 2, 3].map((nth) => calls.has(call(`/${nth}`), 1_003))).toEqual([false, true, false, true]);
});
