// Sends generated and mutated requests to a gateway, and prints what they were answered with and what was wrong:
//   npm run fuzz -- --runs 1000000 --seed 7
// A fifth of the runs are sets of variables, the others documents. Exits with 1 if anything was wrong.

import { parseArgs } from 'node:util';
import { fuzz } from '../test/fuzz/fuzz.ts';

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const runs = Number(values.runs ?? 25_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const variables = Math.floor(runs / 5);

const { problems, ...result } = await fuzz({ documents: runs - variables, variables, seed });
console.log(JSON.stringify({ runs, seed, ...result }, null, 2));
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
