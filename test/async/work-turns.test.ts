import { expect, test } from 'vitest';
import { WorkTurns } from '../../src/async/work-turns.ts';

/** Turns in each of which work of 10 is done; `log` has the names of pieces in the order in which they ran, and a bar for each turn. */
function turnsOf(...pieces: [name: string, work: number][]) {
  const turns = new WorkTurns(10);
  const log: string[] = [];
  const done = pieces.map(([name, work]) => {
    const owner = name.slice(0, 1);
    return turns.run(
      owner,
      () => log.push(name),
      () => work,
    );
  });
  return { turns, log, done };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function drain({ turns, log }: ReturnType<typeof turnsOf>): Promise<string> {
  while (turns.size > 0) {
    await nextTurn();
    log.push('|');
  }
  return log.join(' ');
}

test('pieces run in later turns of the event loop, of which none does more than its share and one piece', async () => {
  const started = turnsOf(['a1', 4], ['a2', 4], ['a3', 4], ['a4', 30], ['a5', 1]);
  expect(started.log).toEqual([]);
  expect(await drain(started)).toBe('a1 a2 a3 | a4 | a5 |');
});

test('an owner with one piece waits for one piece of each other owner, however many pieces these have', async () => {
  const started = turnsOf(['a1', 10], ['a2', 10], ['a3', 10], ['b1', 10], ['c1', 10]);
  expect(await drain(started)).toBe('a1 | b1 | c1 | a2 | a3 |');
});

test('a piece that adds another one while it runs does not make a turn longer', async () => {
  const turns = new WorkTurns(10);
  const log: string[] = [];
  function work(left: number): void {
    log.push(`a${left}`);
    if (left > 0) {
      void turns.run(
        'a',
        () => work(left - 1),
        () => 10,
      );
    }
  }
  void turns.run(
    'a',
    () => work(4),
    () => 10,
  );
  expect(await drain({ turns, log, done: [] })).toBe('a4 | a3 | a2 | a1 | a0 |');
});

test('a piece that is added while a turn runs comes behind those of other owners', async () => {
  const started = turnsOf(['a1', 10], ['b1', 10]);
  const { turns, log, done } = started;
  void done[0]?.then(() =>
    turns.run(
      'a',
      () => log.push('a2'),
      () => 10,
    ),
  );
  expect(await drain(started)).toBe('a1 | b1 | a2 |');
});

test('a piece resolves with what its work returns, also by a promise, and rejects with what it throws', async () => {
  const turns = new WorkTurns(10);
  const work = () => 1;
  expect(await turns.run('a', () => Promise.resolve('later'), work)).toBe('later');
  const failed = turns.run(
    'a',
    () => {
      throw new RangeError('no');
    },
    work,
  );
  await expect(failed).rejects.toThrow(RangeError);
  expect(await turns.run('a', () => 'next', work)).toBe('next');
  expect(turns.size).toBe(0);
});
