import { describe, expect, test } from 'vitest';
import { RateLimited } from '../../../src/errors.ts';
import { idle, limited, names } from './support/concurrency-limiter.ts';

describe('tenants share the limit fairly', () => {
  test('a tenant with ten times the calls of another does not delay it for more than about one round', async () => {
    const { call, end, names: reached } = limited({ initial: 4 });
    await call('greedy', names('greedy', 100));
    await call('modest', names('modest', 10));
    for (let turn = 1; turn <= 10; turn += 1) {
      expect(reached()).not.toContain(`modest${turn + 2}`);
      await end(2);
      expect(reached()).toContain(`modest${turn}`);
    }
  });

  test('a tenant that gets a 429 has a lower limit, and other tenants do not', async () => {
    const { limiter, call, end, made, names: reached } = limited({ initial: 100 });
    await call('a', names('a', 20));
    await end(1, new RateLimited('slow down', undefined));
    await end(19, new RateLimited('slow down', undefined)); // from before that had an effect
    await call('a', names('a', 20));
    expect(made).toHaveLength(14);
    await call('b', names('b', 40));
    expect(reached().filter((name) => name.startsWith('b'))).toHaveLength(40);
    expect(limiter.state()).toMatchObject({ limit: 100, inFlight: 54, queued: 6 });
  });

  test('a tenant that gets a 429 after it waited has a lower limit, too', async () => {
    const { call, end, made, names: reached } = limited({ initial: 100 });
    await call('a', names('a', 20));
    await end(1, new RateLimited('slow down', undefined)); // 13 from now on
    await call('a', ['waiting']);
    await end(7);
    expect(reached()).toContain('waiting');
    await end(12);
    await end(1, new RateLimited('slow down', undefined)); // 9
    await call('a', names('a', 20));
    expect(made.length).toBeLessThan(12);
  });

  test('the limit of a tenant after a 429 rises again with its successes', async () => {
    const { call, end, made } = limited({ initial: 100 });
    await call('a', names('a', 20));
    await end(20, new RateLimited('slow down', undefined));
    for (let turn = 0; turn < 10; turn += 1) {
      await call('a', names('a', 14));
      await end(14);
    }
    await call('a', names('a', 30));
    expect(made.length).toBeGreaterThan(16);
  });

  test('in a full queue a call of a tenant with few calls replaces the newest call of the tenant with the most', async () => {
    const { limiter, call, ended } = limited({ initial: 4, maxQueued: 3 });
    await call('a', names('a', 6));
    await call('a', ['a7', 'a8'], { caller: 'another' });
    expect(ended).toEqual({ a8: 'Overloaded' });
    await call('b', ['b1']);
    expect(ended).toEqual({ a8: 'Overloaded', a6: 'Overloaded' });
    expect(limiter.state()).toMatchObject({ inFlight: 4, queued: 3 });
  });
});

describe('callers of one tenant share its part of the limit fairly', () => {
  test('a caller with a hundred calls does not delay another caller of its tenant for more than about one round', async () => {
    const { call, end, names: reached } = limited({ initial: 4 });
    await call('t', names('greedy', 100), { caller: 'greedy' });
    await call('t', names('modest', 10), { caller: 'modest' });
    for (let turn = 1; turn <= 10; turn += 1) {
      expect(reached()).not.toContain(`modest${turn + 2}`);
      await end(2);
      expect(reached()).toContain(`modest${turn}`);
    }
  });

  test('a caller that has filled its half of the queue loses its further calls, and no other caller does', async () => {
    const { limiter, call, end, ended } = limited({ initial: 4, maxQueued: 6 });
    await call('t', names('a', 9), { caller: 'a' });
    expect(ended).toEqual({ a8: 'Overloaded', a9: 'Overloaded' });
    await call('t', names('b', 3), { caller: 'b' });
    expect(limiter.state()).toMatchObject({ inFlight: 4, queued: 6 });
    for (let calls = 0; calls < 10; calls += 1) await end(1);
    expect(Object.keys(ended).filter((name) => ended[name] === 'ok')).toHaveLength(10);
    expect(limiter.state()).toMatchObject(idle);
  });
});
