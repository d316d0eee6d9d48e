import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../emulator/data/random.ts';
import { brownOut, create, drive, failing, healthy, slow, withRoomFor } from './support/concurrency-limit.ts';

const seeds = [1, 2, 3, 4];

describe('the concurrency limit approaches the capacity of the upstream', () => {
  test.each([10, 64, 256])(
    'a limit that starts at %i approaches a capacity of 40 calls, and few calls fail from then on',
    (initial) => {
      for (const seed of seeds) {
        const upstream = withRoomFor(() => 40, 50, createRandom(seed));
        const run = drive(create({ initial }), 300, () => upstream);
        run(5);
        const { answered, share, lowest, highest } = run(20);
        expect(lowest).toBeGreaterThanOrEqual(26);
        expect(highest).toBeLessThanOrEqual(48);
        expect(share).toBeLessThan(0.15);
        expect(answered).toBeGreaterThan(0.8 * 20 * (40 / 0.05));
      }
    },
  );

  test('an upstream with little capacity is sent fewer calls before it has answered many', () => {
    const upstream = withRoomFor(() => 10, 2_000, createRandom(1));
    const run = drive(create({ initial: 12 }), 300, () => upstream);
    run(1);
    expect(run(1).share).toBeLessThan(0.5);
  });

  test('an upstream that loses most of its capacity is sent fewer calls, and more again when it has recovered', () => {
    let room = 200;
    const upstream = withRoomFor(() => room, 50, createRandom(1));
    const run = drive(create(), 300, () => upstream);
    run(10);
    expect(run(10).lowest).toBeGreaterThan(130);
    room = 40;
    run(10);
    expect(run(10).highest).toBeLessThan(48);
    room = 200;
    run(20);
    expect(run(10).lowest).toBeGreaterThan(130);
  });
});

describe('the concurrency limit does not fall in vain when the upstream fails half of the calls and is slow', () => {
  test.each([64, 256])(
    'an upstream that fails half of %i concurrent calls is sent at least about half as many, and answers nearly as many as without a limit',
    (wanted) => {
      for (const seed of seeds) {
        const [one, other] = [failing(50, brownOut, createRandom(seed)), failing(50, brownOut, createRandom(seed))];
        const whole = drive({ calls: wanted }, wanted, () => one)(60);
        let upstream = healthy;
        const run = drive(create({ initial: wanted, max: wanted }), wanted, () => upstream);
        run(2);
        upstream = other;
        const { lowest, answered } = run(60);
        expect(lowest).toBeGreaterThanOrEqual(Math.floor(wanted * 0.48));
        expect(answered).toBeGreaterThan(0.8 * whole.answered);
      }
    },
  );

  test('an upstream that fails half of the calls is sent more calls when callers want more', () => {
    let upstream = healthy;
    const limit = create();
    drive(limit, 30, () => upstream)(5);
    upstream = failing(50, brownOut, createRandom(1));
    const run = drive(limit, 1_000, () => upstream);
    run(30);
    expect(run(1).lowest).toBeGreaterThan(128);
  });

  test('an upstream that failed half of the calls is sent many again as soon as it has recovered', () => {
    let upstream = failing(50, brownOut, createRandom(1));
    const run = drive(create(), 300, () => upstream);
    run(30);
    upstream = healthy;
    run(5);
    expect(run(5).lowest).toBe(256);
  });

  test('a limit that has fallen to its minimum rises again when the upstream has recovered', () => {
    const upstream = failing(50, { fromMs: 15, toMs: 25 }, createRandom(1));
    const run = drive(create({ initial: 4 }), 300, () => upstream);
    run(10);
    expect(run(1).lowest).toBeGreaterThan(40);
  });
});

test('an upstream that is too slow for the time-out of an attempt is sent only as many calls as it can answer in time', () => {
  const upstream = slow(4, 500); // Eight calls a second are 24 within the time-out of an attempt.
  const run = drive(create(), 300, () => upstream);
  run(60);
  const { share, highest } = run(60);
  expect(highest).toBeLessThanOrEqual(32);
  expect(share).toBeLessThan(0.3);
});
