import { spreadOf } from '../compare/statistics.ts';
import { megabytes, rounded, row } from '../format.ts';
import { type ClientName, clientNames, type Phase } from './rounds.ts';

/** A phase without the worst operations, and one beside them. */
export type Round = { readonly alone: Phase; readonly beside: Phase };

/** Formats the results as Markdown tables: medians of the rounds, and their ranges in parentheses. */
export function report(rounds: readonly Round[]): string {
  return `${row('client', 'p50 alone, ms', 'p50 beside, ms', 'p99 alone, ms', 'p99 beside, ms', 'p99, ratio')}
${row('---', '---', '---', '---', '---', '---')}
${clientNames.map((name) => clientRow(name, rounds)).join('\n')}

${row('gateway', 'alone', 'beside')}
${row('---', '---', '---')}
${row('peak resident memory, MB', ...spreads(rounds, ({ peakBytes }) => peakBytes, megabytes))}
${row('longest delay of the event loop, ms', ...spreads(rounds, ({ delayMs }) => delayMs))}
${row('longest iteration of the event loop, ms of CPU', ...spreads(rounds, ({ cpuMs }) => cpuMs))}

${row('worst operation', 'answers')}
${row('---', '---')}
${attackRows(rounds)}`;
}

function clientRow(name: ClientName, rounds: readonly Round[]): string {
  const p99 = (phase: Phase) => percentileOf(phase, name, 0.99);
  const ratios = rounds.map(({ alone, beside }) => p99(beside) / p99(alone));
  const failed = rounds.flatMap(({ beside }) => beside.answers[name].filter(({ outcome }) => outcome !== '200'));
  return row(
    failed.length === 0 ? name : `${name} (${failed.length} failed)`,
    ...spreads(rounds, (phase) => percentileOf(phase, name, 0.5)),
    ...spreads(rounds, p99),
    `**${spread(ratios)}**`,
  );
}

function spreads(rounds: readonly Round[], read: (phase: Phase) => number, format = rounded): [string, string] {
  return [
    spread(
      rounds.map(({ alone }) => read(alone)),
      format,
    ),
    spread(
      rounds.map(({ beside }) => read(beside)),
      format,
    ),
  ];
}

function spread(values: readonly number[], format = rounded): string {
  const { median, min, max } = spreadOf(values);
  return `${format(median)} (${format(min)} – ${format(max)})`;
}

function percentileOf({ answers }: Phase, name: ClientName, share: number): number {
  const sorted = answers[name].map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}

/** Formats how many answers of each kind of worst operation had which code. Without one it is the HTTP status. */
function attackRows(rounds: readonly Round[]): string {
  const kinds = Map.groupBy(
    rounds.flatMap(({ beside }) => beside.attacks),
    ({ name }) => name,
  );
  return [...kinds]
    .map(([name, attacks]) => {
      const outcomes = Map.groupBy(attacks, ({ outcome }) => outcome);
      return row(name, [...outcomes].map(([outcome, { length }]) => `${length} × ${outcome}`).join(', '));
    })
    .join('\n');
}
