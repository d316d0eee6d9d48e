import type { Figures, Measured, Run } from './measure.ts';
import { measuredOf, ratioOf, spreadOf } from './statistics.ts';
import type { WorkloadName } from './workloads.ts';

/** A goal of Contactgraph, the measured value, and whether the value meets the goal. */
export type Goal = { goal: string; reached: string; isMet: boolean };

/** Returns the goals whose workloads were measured. */
export function goalsOf(all: readonly Figures[]): Goal[] {
  const cell = (name: WorkloadName, connections: number, latencyMs: number) =>
    all.find((each) => each.workload.name === name && isCell(each, connections, latencyMs));
  const [w1, w2, w3, w4] = [cell('W1', 64, 0), cell('W2', 64, 0), cell('W3', 64, 0), cell('W4', 64, 0)];
  const [w5, w6] = [cell('W5', 64, 0), cell('W6', 64, 0)];
  return [
    ...ratioToTarget('W1: times Tailcall', w1, 'tailcall', 1.8),
    ...ratioToTarget('W1: of the fair floor', w1, 'floor', 0.8),
    ...atMost(
      'W1, 1 connection, 20 ms: p50 in ms above the slowest upstream call',
      aboveSlowestCall(cell('W1', 1, 20)),
      2,
    ),
    ...ratioToTarget('W2: times Tailcall', w2, 'tailcall', 2.5),
    ...ratioToTarget('W2: of the fair floor', w2, 'floor', 0.85),
    ...ratioToTarget('W3: of the fair floor', w3, 'floor', 0.85),
    ...['yoga', 'apollo', 'mercurius', 'hive', 'tailcall'].flatMap((name) =>
      ratioToTarget(`W3: times ${name}`, w3, name, 1),
    ),
    ...ratioToTarget('W4: times Tailcall', w4, 'tailcall', 4),
    ...atMost('W4: upstream calls', ownOf(w4)?.calls, 4),
    ...ratioToTarget('W5: times Tailcall', w5, 'tailcall', 1),
    ...(w1 === undefined || w6 === undefined ? [] : ratioGoal('W6: of W1', ownOf(w6), ownOf(w1), 0.9)),
    ...atMost('W1: peak memory in MB', megabytes(medianOf(w1, ({ peakBytes }) => peakBytes)), 300),
    ...atMost('W3, 1 connection: memory above idle, in responses', memoryInResponses(cell('W3', 1, 20)), 3),
  ];
}

function isCell({ cell }: Figures, connections: number, latencyMs: number): boolean {
  return cell.connections === connections && cell.latencyMs === latencyMs;
}

function ownOf(figures: Figures | undefined): Measured | undefined {
  return figures && measuredOf(figures, 'contactgraph');
}

function ratioToTarget(goal: string, figures: Figures | undefined, other: string, least: number): Goal[] {
  return figures === undefined ? [] : ratioGoal(goal, ownOf(figures), measuredOf(figures, other), least);
}

function ratioGoal(goal: string, own: Measured | undefined, other: Measured | undefined, least: number): Goal[] {
  const ratio = ratioOf(own?.runs ?? [], other)?.median;
  if (ratio === undefined) return [];
  // Errors take less time than results, so a run with errors does not count.
  const isClean = own?.runs.every(({ failed, isShort }) => failed === 0 && !isShort) === true;
  const reached = `${ratio.toFixed(2)}${isClean ? '' : ', with errors'}`;
  return [{ goal: `${goal} ≥ ${least}`, reached, isMet: isClean && ratio >= least }];
}

function atMost(goal: string, value: number | undefined, most: number): Goal[] {
  if (value === undefined) return [];
  return [{ goal: `${goal} ≤ ${most}`, reached: value.toFixed(1), isMet: value <= most }];
}

function medianOf(figures: Figures | undefined, read: (run: Run) => number): number | undefined {
  const runs = ownOf(figures)?.runs;
  return runs === undefined || runs.length === 0 ? undefined : spreadOf(runs.map(read)).median;
}

function aboveSlowestCall(figures: Figures | undefined): number | undefined {
  const p50 = medianOf(figures, (run) => run.p50);
  const calls = figures?.slowestCalls ?? [];
  return p50 === undefined || calls.length === 0 ? undefined : p50 - spreadOf(calls).median;
}

function megabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 2 ** 20;
}

function memoryInResponses(figures: Figures | undefined): number | undefined {
  const peak = medianOf(figures, ({ peakBytes }) => peakBytes);
  const idle = ownOf(figures)?.idleBytes;
  return figures === undefined || peak === undefined || idle === undefined
    ? undefined
    : (peak - idle) / figures.answerBytes;
}
