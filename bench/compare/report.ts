import { readFileSync } from 'node:fs';
import { count, megabytes, rounded, row } from '../format.ts';
import { describeMachine } from '../machine.ts';
import { goalsOf } from './goals.ts';
import type { Failed, Figures, Measured, Run } from './measure.ts';
import { measuredOf, rateOf, ratioOf, type Spread, spreadOf } from './statistics.ts';
import { type Target, targets } from './targets.ts';
import type { Workload } from './workloads.ts';

/** How the figures were measured; `load` is the load average of the machine at the start. */
export type Circumstances = { rounds: number; seconds: number; warmUp: number; load: number };

/** Formats the results as Markdown. */
export function report(all: readonly Figures[], { rounds, seconds, warmUp, load }: Circumstances): string {
  return `# Contactgraph beside its peers

\`npm run bench\` sends the same documents to each target and first checks that all return the same data, byte by byte. The
target has one core to itself; the upstream and wrk share the other. Every request is for another contact or another page,
except in W5 and W6. The figures are medians and ranges of ${rounds} rounds; in each round every target runs for ${seconds} s in every
cell, after ${warmUp} s of warm-up with the workload. A ratio is the median of the ratios of the rounds.

- *floor*, *Tailcall*: throughput as a multiple of that of the fair floor, and of Tailcall. The floor does the work that
  remains without GraphQL: all calls at once, \`JSON.parse\`, fields selected by hand, \`JSON.stringify\`.
- *p50*, *p99*: of the time from request to response, in ms. *CPU*: of the process and its children, ms per operation.
- *memory*: peak of the resident set during the run, in MB; in brackets before the first request.
- *calls*: to the upstream per operation; in W5 and W6 counted under load, where requests that wrk did not finish add to them.

Contactgraph runs as in production: compiled as in its image, \`NODE_ENV=production\`, \`AUTH_MODE=passthrough\` with a token
per request, log at \`info\` into a file, every guard on. Its response cache, which peers do not have, is on as well, except
in W6 (\`CACHE_BYTES=0\`), where each caller repeats the same request. Peers run as their documentation advises, without a
log; they have neither guards nor deadlines, forward the token without reading it, and return rows in the upstream's order,
where Contactgraph sorts them. The upstream formats values as Contactgraph returns them, so that peers need not convert any.

${describeMachine()}. The load average was ${load.toFixed(1)}
at the start: other load on the machine makes every figure worse, and the ratios less certain.

${targets
  .filter((target) => wasMeasured(target, all))
  .map(versions)
  .filter(Boolean)
  .join('\n')}

${goals(all)}${[...new Set(all.map(({ workload }) => workload))].map((workload) => section(workload, all)).join('\n')}`;
}

function wasMeasured(target: Target, all: readonly Figures[]): boolean {
  return all.some(({ measured }) => measured.some((each) => each.target === target));
}

function versions({ title, packages }: (typeof targets)[number]): string {
  return packages.length === 0 ? '' : `- ${title}: ${packages.map((name) => `${name} ${versionOf(name)}`).join(', ')}`;
}

function goals(all: readonly Figures[]): string {
  const found = goalsOf(all);
  if (found.length === 0) return '';
  const rows = found.map(({ goal, reached, isMet }) => row(goal, reached, isMet ? 'yes' : '**no**'));
  return `## Goals

64 connections and no latency, unless the goal says otherwise.

| goal | reached | met |
|---|---|---|
${rows.join('\n')}

`;
}

function section(workload: Workload, all: readonly Figures[]): string {
  const cells = all.filter((figures) => figures.workload === workload);
  const failed = cells[0]?.failed ?? [];
  return `## ${workload.name}: ${workload.title}

\`\`\`graphql
${workload.query}
\`\`\`

A response has ${count(cells[0]?.answerBytes ?? 0)} bytes.${failed.map(failure).join('')}

${cells.map(table).join('\n')}`;
}

function failure({ target, reason }: Failed): string {
  return ` Not measured, or not to the end: ${target.title}, because it ${reason.replaceAll(/\s+/g, ' ')}.`;
}

function table(figures: Figures): string {
  const { connections, latencyMs, times } = figures.cell;
  const rows = figures.measured.map((each) => targetRow(each, figures));
  return `### ${connections === 1 ? '1 connection' : `${connections} connections`}, upstream ${latencyMs} ms${durationNote(times)}

| target | req/s | range | floor | Tailcall | p50 | p99 | CPU | memory | calls |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
${slowestCallLine(figures.slowestCalls)}`;
}

function slowestCallLine(slowestCalls: readonly number[]): string {
  if (slowestCalls.length === 0) return '';
  return `\nThe slowest upstream call, measured by wrk directly: p50 ${rounded(spreadOf(slowestCalls).median)} ms.\n`;
}

function durationNote(times = 1): string {
  return times === 1 ? '' : ` (runs ${times} times as long)`;
}

function targetRow(each: Measured, figures: Figures): string {
  const { target, runs, idleBytes, calls } = each;
  const rate = spreadOf(runs.map(rateOf));
  if (!(rate.median > 0)) return row(target.title, 'none was finished in time', ...Array.from({ length: 8 }, () => ''));
  const median = (read: (run: Run) => number) => spreadOf(runs.map(read)).median;
  return row(
    target.title + errorNote(runs),
    rounded(rate.median),
    `${rounded(rate.min)} – ${rounded(rate.max)}`,
    ratio(ratioOf(runs, measuredOf(figures, 'floor'))),
    ratio(ratioOf(runs, measuredOf(figures, 'tailcall'))),
    rounded(median(({ p50 }) => p50)),
    rounded(median(({ p99 }) => p99)),
    median(({ cpuMs }) => cpuMs).toFixed(2),
    `${megabytes(median(({ peakBytes }) => peakBytes))} (${megabytes(idleBytes)})`,
    (figures.workload.sameKey ? median((run) => run.calls) : calls).toFixed(2),
  );
}

function errorNote(runs: readonly Run[]): string {
  const failed = runs.reduce((sum, run) => sum + run.failed, 0);
  if (failed > 0) return ` (**${count(failed)} failed**)`;
  return runs.some(({ isShort }) => isShort) ? ' (**some responses contain errors**)' : '';
}

function ratio(spread: Spread | undefined): string {
  return spread === undefined ? '' : `${spread.median.toFixed(2)} ×`;
}

function versionOf(name: string): string {
  const file = new URL(`../peers/node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version.replace(/^v/, ''); // npm requires a version.
}
