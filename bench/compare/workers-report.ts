import { spreadOf } from './statistics.ts';
import { connections, share, type WorkersRun } from './workers.ts';

const goal = 1.7;

/** A worker with a smaller share of the core was limited by other load on the machine, and not by its quota. */
const leastShare = 0.9 * share;

/** Formats the section about workers as Markdown. @param runs undefined when quotas are not available */
export function workersSection(runs: readonly WorkersRun[] | undefined): string {
  return `
## Two workers beside one

W1 with ${connections} connections for each worker, no latency. A worker is limited to ${share} of a core by a quota of its control group,
and two workers share a port (\`REUSE_PORT\`). ${conclusionOf(runs)}
${runs === undefined ? '' : `\n${table(runs)}\n`}`;
}

/** Returns the conclusion. Rounds in which a worker did not get its share of the core do not count. */
export function conclusionOf(runs: readonly WorkersRun[] | undefined): string {
  if (runs === undefined) return 'Not measured: it takes root and control groups.';
  const valid = runs.filter(({ shares }) => shares.every((each) => each >= leastShare));
  if (valid.length === 0)
    return '**No verdict**: something else used the core, and no round had all workers get their shares.';
  const { median } = spreadOf(valid.map(({ rates: [one, two] }) => two / one));
  const rounds = `${valid.length} of ${runs.length} rounds, in which all workers got their shares`;
  return `Two do ${median.toFixed(2)} times as much as one (goal: ≥ ${goal}, ${median >= goal ? 'met' : '**not met**'}) in ${rounds}.`;
}

function table(runs: readonly WorkersRun[]): string {
  const rows = runs.map(({ rates: [one, two], shares: [ofOne, ...ofTwo] }) => {
    const cores = [ofOne, ...ofTwo].map((each) => each.toFixed(2));
    return `| ${one.toFixed(0)} | ${two.toFixed(0)} | ${(two / one).toFixed(2)} × | ${cores[0]} | ${cores[1]}, ${cores[2]} |`;
  });
  return `| one, req/s | two, req/s | ratio | cores of one | of two |\n|---|---|---|---|---|\n${rows.join('\n')}`;
}
