import { describe, expect, test } from 'vitest';
import { CallQueue } from '../../../src/upstream/resilience/call-queue.ts';

type Call = { tenant: string; caller: string; name: string };

/** Calls named by their tenant, their caller and a number: `a1.1`. Returns the names of the rejected ones, in order. */
function queueOf(maxSize: number, ...names: string[]) {
  const queue = new CallQueue<string, Call>(maxSize);
  const lost = names.map((name) => {
    return queue.admit({ tenant: name.slice(0, 1), caller: name.slice(0, 2), name })?.name;
  });
  return { queue, lost: lost.filter((name) => name !== undefined) };
}

function drain({ queue }: ReturnType<typeof queueOf>) {
  const drained: string[] = [];
  for (let call = queue.shift(); call !== undefined; call = queue.shift()) drained.push(call.name);
  return drained;
}

describe('the queue of calls serves tenants in turn and their callers in turn', () => {
  test('a caller of a tenant waits for one call of each other caller, however many calls these have', () => {
    const queue = queueOf(20, 'a1.1', 'a1.2', 'a1.3', 'a1.4', 'a2.1', 'b1.1', 'b1.2');
    expect(drain(queue)).toEqual(['a1.1', 'b1.1', 'a2.1', 'b1.2', 'a1.2', 'a1.3', 'a1.4']);
  });

  test('a tenant with several callers gets no more calls than a tenant with one', () => {
    const queue = queueOf(20, 'a1.1', 'a2.1', 'a3.1', 'a4.1', 'b1.1', 'b1.2');
    expect(drain(queue)).toEqual(['a1.1', 'b1.1', 'a2.1', 'b1.2', 'a3.1', 'a4.1']);
  });
});

describe('the queue of calls rejects one', () => {
  test('a caller that uses half of the queue loses its new calls, and other callers of its tenant do not', () => {
    const queue = queueOf(6, 'a1.1', 'a1.2', 'a1.3', 'a1.4', 'a2.1', 'b1.1');
    expect(queue.lost).toEqual(['a1.4']);
    expect(drain(queue)).toEqual(['a1.1', 'b1.1', 'a2.1', 'a1.2', 'a1.3']);
  });

  test('a full queue replaces the newest call of the caller with the most calls in the tenant with the most', () => {
    const queue = queueOf(6, 'a1.1', 'a2.1', 'a2.2', 'a2.3', 'b1.1', 'b1.2', 'b2.1', 'a3.1');
    expect(queue.lost).toEqual(['a2.3', 'a2.2']);
    expect(queue.queue.size).toBe(6);
  });

  test('among tenants with equally many calls a full queue replaces one of the tenant that is served next', () => {
    const queue = queueOf(4, 'a1.1', 'a1.2', 'b1.1', 'b1.2', 'c1.1');
    expect(queue.lost).toEqual(['a1.2']);
  });

  test.each([
    ['when its caller and its tenant would then have as many calls as the largest', ['a1.1', 'b1.1', 'a1.2']],
    ['when each tenant has one call', ['a1.1', 'b1.1', 'c1.1']],
    ['when each caller has one call', ['a1.1', 'a2.1', 'a3.1']],
  ])('a full queue rejects a new call %s', (_, names) => {
    expect(queueOf(2, ...names).lost).toEqual([names.at(-1)]);
  });

  test('a queue with a size of zero rejects every call', () => {
    expect(queueOf(0, 'a1.1').lost).toEqual(['a1.1']);
  });
});
