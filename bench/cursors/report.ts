import { readFileSync } from 'node:fs';
import { spreadOf } from '../compare/statistics.ts';
import { count, megabytes, row } from '../format.ts';
import { describeMachine } from '../machine.ts';
import type { ScanResult } from './full-scan.ts';
import type { Memory, Third } from './memory.ts';
import type { Case, Options } from './options.ts';

/** The result of a scan with the number of its upstream calls. */
export type CountedScan = ScanResult & { calls: number };

/** The results of a case, one per round and side. */
export type Figures = Case & { direct: CountedScan[]; gateway: CountedScan[]; memory: Memory[] };

/** Formats the results as Markdown. @param load the load average of the machine at the start */
export function report(figures: readonly Figures[], { contacts, rounds }: Options, load: number): string {
  return `# Reading ${count(contacts)} contacts page by page

\`node bench/cursors.ts\` reads all contacts in the order of creation, \`cid\` and five fields of each, page by page: through
the gateway (cursors from \`pageInfo\` only), and directly on the upstream's scroll with undici. Emulator, gateway and client
are three processes on one machine, over HTTP on loopback; *latency* is a delay of the upstream before each response, like
that of a network. The figures are medians of ${rounds} rounds; each round reads once directly and once through the gateway, one
after the other. A ratio is the median of the ratios of the rounds.

${describeMachine()}, undici ${versionOf('undici')},
graphql ${versionOf('graphql')}, graphql-yoga ${versionOf('graphql-yoga')}. The load average was ${load.toFixed(1)} at the start: other load on the
machine makes the times longer, and the ratios less certain.

## Time

| rows a page | latency | upstream calls: direct | gateway | seconds: direct | gateway | ratio | range of the rounds | gateway's CPU seconds |
|---|---|---|---|---|---|---|---|---|
${figures.map(timeRow).join('\n')}

The target is a ratio of at most 1.30 at 1,000 rows a page.

## Memory of the gateway, in MB

| rows a page | latency | peak RSS: first third | last third | peak heap: first third | last third | low of the heap: first third | last third |
|---|---|---|---|---|---|---|---|
${figures.map(memoryRow).join('\n')}

Sampled every 25 ms in the gateway's process; thirds of the reading's time. The heap rises and falls with every
collection; its low is closest to the memory that is really in use.
`;
}

function timeRow({ size, latencyMs, direct, gateway, memory }: Figures): string {
  const ratios = gateway.map(({ seconds }, round) => seconds / (direct[round]?.seconds ?? Number.NaN));
  return row(
    count(size),
    `${latencyMs} ms`,
    count(median(direct.map(({ calls }) => calls))),
    count(median(gateway.map(({ calls }) => calls))),
    median(direct.map(({ seconds }) => seconds)).toFixed(2),
    median(gateway.map(({ seconds }) => seconds)).toFixed(2),
    `**${median(ratios).toFixed(2)}**`,
    `${Math.min(...ratios).toFixed(2)} – ${Math.max(...ratios).toFixed(2)}`,
    median(memory.map(({ cpu }) => cpu)).toFixed(2),
  );
}

function memoryRow({ size, latencyMs, memory }: Figures): string {
  const pair = (read: (third: Third) => number) => [
    megabytes(median(memory.map(({ first }) => read(first)))),
    megabytes(median(memory.map(({ last }) => read(last)))),
  ];
  return row(
    count(size),
    `${latencyMs} ms`,
    ...pair(({ peakRss }) => peakRss),
    ...pair(({ peakHeap }) => peakHeap),
    ...pair(({ lowHeap }) => lowHeap),
  );
}

function median(values: readonly number[]): number {
  return spreadOf(values).median;
}

function versionOf(name: string): string {
  const text = readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version; // npm requires a version.
}
