import { describe, expect, test, vi } from 'vitest';
import { admitting } from './support/fan-out-admission.ts';

describe('the fan-out admission bounds the calls of each caller', () => {
  test('operations are admitted until the calls of their caller are used up, and wait until calls are released', async () => {
    const { admission, enter, leave, inside } = admitting();
    await enter('a1', 6);
    await enter('a2', 4);
    await enter('a3', 4);
    expect(inside()).toEqual(['a1', 'a2']);
    await leave('a2');
    expect(inside()).toEqual(['a1', 'a3']);
    await leave('a1', 'a3');
    expect(admission.size).toBe(0);
  });

  test('released calls admit as many waiting operations as fit', async () => {
    const { enter, leave, inside } = admitting();
    await enter('a1', 10);
    for (const name of ['a2', 'a3', 'a4']) await enter(name, 5);
    await leave('a1');
    expect(inside()).toEqual(['a2', 'a3']);
  });

  test('an operation with more calls than the limit is admitted only when its caller has no other operation', async () => {
    const { admission, enter, leave, inside } = admitting();
    await enter('a1', 1);
    await enter('a2', 11);
    expect(inside()).toEqual(['a1']);
    await leave('a1');
    expect(inside()).toEqual(['a2']);
    await enter('a3', 1);
    expect(inside()).toEqual(['a2']);
    await leave('a2');
    expect(inside()).toEqual(['a3']);
    await leave('a3');
    expect(admission.size).toBe(0);
  });

  test('an operation that need not wait sets no timer', async () => {
    const { enter } = admitting();
    await enter('a1', 100);
    expect(vi.getTimerCount()).toBe(0);
  });
});
