import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import process from 'node:process';
import type { Walked } from './full-scan.ts';
import type { Memory, Third } from './memory.ts';
import type { Case, Options } from './options.ts';

/** A walk with the calls that the upstream has seen of it. */
export type Counted = Walked & { calls: number };

/** One entry per round: the n-th of each side were measured one after the other. */
export type Figures = Case & { direct: Counted[]; gateway: Counted[]; memory: Memory[] };

export function report(figures: readonly Figures[], { contacts, rounds }: Options, load: number): string {
  const [{ model = 'unknown' } = {}] = cpus();
  return `# Reading ${count(contacts)} contacts page by page

\`node bench/cursors.ts\` reads all contacts in the order of creation, \`cid\` and five fields of each, page by page: through
the gateway (cursors from \`pageInfo\` only), and directly on the upstream's scroll with undici. Emulator, gateway and client
are three processes on one machine, over HTTP on loopback; *latency* is a delay of the upstream before each response, like
that of a network. The figures are medians of ${rounds} rounds; each round reads once directly and once through the gateway, one
after the other. A ratio is the median of the ratios of the rounds.

${cpus().length} × ${model}, ${gigabytes(totalmem())} GB, ${type()} ${release()}, Node ${process.versions.node}, undici ${versionOf('undici')},
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

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function versionOf(name: string): string {
  const text = readFileSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version; // npm installs nothing without one
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function megabytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}

function gigabytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(0);
}
