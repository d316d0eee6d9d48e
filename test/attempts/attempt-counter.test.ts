import { expect, test } from 'vitest';
import { type AttemptCounter, createAttemptCounter } from '../../src/attempts/attempt-counter.ts';
import { RateLimited } from '../../src/errors.ts';

const countOnce = () => createAttemptCounter({ name: 'test', maxAttempts: 1, windowMs: 900_000, valkey: undefined });

async function countOthers(counter: AttemptCounter, name: string, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) await counter.count(`${name}-${n}`);
}

test('the attempts of 20,000 keys are counted, and then those of the least recently used one are forgotten', async () => {
  const counter = countOnce();
  await counter.count('key');
  await countOthers(counter, 'other', 19_999);
  await expect(counter.count('key')).rejects.toBeInstanceOf(RateLimited);
  await countOthers(counter, 'further', 20_000);
  await counter.count('key');
});

test('an attempt that is taken back when its key was forgotten leaves nothing that is kept for the whole window', async () => {
  const counter = countOnce();
  await counter.count('key');
  await countOthers(counter, 'other', 20_000);
  await counter.takeBack('key');
  await countOthers(counter, 'further', 20_000);
  await counter.count('key');
  await expect(counter.count('key')).rejects.toBeInstanceOf(RateLimited);
});
