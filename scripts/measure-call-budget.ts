import { randomBytes } from 'node:crypto';
import { cacheCallerKey } from '../src/auth/caller.ts';
import { createCallBudget } from '../src/call-budget/call-budget.ts';

/**
 * Measures the CPU time that the budget of its caller costs an operation, in µs: `node scripts/measure-call-budget.ts`. It takes
 * the calls, gives back some of them and makes the headers of the answer, as an operation does without Valkey.
 */
const operations = 300_000;
const rounds = 5;
const limits = {
  ...{ perToken: 1_200_000, perContact: 3_000, perAddress: 300 },
  ...{ burstSeconds: 60, perOperation: 500 },
};
const budget = createCallBudget(limits, randomBytes(32), undefined);
const call = async (): Promise<never> => Promise.reject(new Error('no call'));
const credential = { id: '', bearer: call, onRejected: call };
const callers = Array.from({ length: 10 }, (_, n) =>
  cacheCallerKey({ organizationId: 'organization', subject: `subject-${n}`, scopes: [], credential }),
);

let characters = 0;
for (let round = 0; round < rounds; round += 1) {
  const before = process.cpuUsage();
  for (let index = 0; index < operations; index += 1) {
    const caller = callers[index % callers.length];
    if (caller === undefined) throw new Error('No caller.');
    const allowance = budget.allowanceFor(caller, undefined);
    if (allowance.take(4) !== undefined) throw new Error('A bucket in memory asks no server.');
    allowance.settle(1);
    characters += allowance.headers.join().length;
  }
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${((user + system) / operations).toFixed(2)} µs\n`);
}
process.stdout.write(`${characters} characters of headers\n`);
