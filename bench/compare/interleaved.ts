// CPU per operation, on a machine whose speed changes from second to second: npm run bench:turns -- --help

import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Pinned } from './pinned-process.ts';
import { cpuOf } from './process-usage.ts';
import { spreadOf } from './statistics.ts';
import { startTarget, type Target, targets } from './targets.ts';
import { startUpstream } from './upstream.ts';
import { workloads } from './workloads.ts';
import { createGenerator } from './wrk.ts';

const usage = `Usage: npm run bench:turns -- [--workload W1] [--connections 64] [--latency 0] [--rounds 5] [--seconds 5]
  [--warm-up 45] [--slice 100] <target> <target>...
All targets are under load together and run by turns of --slice ms, so that each meets the same slow seconds. What it
prints is the CPU of an operation in ms, and its ratio to the first. A target is one of the bench, with variables and a
checkout of its own where wanted: contactgraph, contactgraph:CACHE_BYTES=0, contactgraph@../other-checkout, floor. One that
is named twice shows how much is chance.`;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  if (process.argv.includes('--help')) console.log(usage);
  else await run(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
  process.exitCode = 1;
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      workload: { type: 'string', default: 'W1' },
      connections: { type: 'string', default: '64' },
      latency: { type: 'string', default: '0' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      'warm-up': { type: 'string', default: '45' },
      slice: { type: 'string', default: '100' },
    },
  });
  const workload = workloads.find(({ name }) => name === values.workload);
  if (workload === undefined || positionals.length === 0) throw new Error('A workload of the bench, and targets.');
  await using stack = new AsyncDisposableStack();
  const upstream = stack.use(await startUpstream());
  await upstream.prepare(Number(values.latency));
  const running: (Pinned & { load(seconds: number): Promise<number> })[] = [];
  for (const [index, text] of positionals.entries()) {
    const pinned = stack.use(await startTarget(parseTarget(text, index), workload, upstream.url));
    const generator = stack.use(createGenerator(workload));
    const load = async (seconds: number) => {
      const before = cpuOf(pinned.pid);
      const { requests, failed } = await generator.run(pinned.port, Number(values.connections), seconds);
      if (failed > 0) throw new Error(`${text}: ${failed} requests have failed`);
      return (cpuOf(pinned.pid) - before) / requests;
    };
    running.push({ ...pinned, load });
  }
  await Promise.all(running.map(({ load }) => load(Number(values['warm-up']))));
  stack.use(takeTurns(running, Number(values.slice)));
  const figures = running.map(() => [] as number[]);
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const cpu = await Promise.all(running.map(({ load }) => load(Number(values.seconds))));
    for (const [index, ms] of cpu.entries()) figures[index]?.push(ms);
  }
  for (const [index, name] of positionals.entries()) {
    const own = figures[index] ?? [];
    const ratio = spreadOf(own.map((ms, round) => ms / (figures[0]?.[round] ?? Number.NaN)));
    const range = `${ratio.min.toFixed(2)} – ${ratio.max.toFixed(2)}`;
    console.log(`${name}: ${spreadOf(own).median.toFixed(3)} ms, ${ratio.median.toFixed(3)} × (${range})`);
  }
}

/** @param text as in `usage` */
function parseTarget(text: string, index: number): Target {
  const [named = '', checkout] = text.split('@');
  const [name, ...variables] = named.split(':');
  const target = targets.find((each) => each.name === name);
  if (target === undefined) throw new Error(`There is no target ${name}.`);
  const env = Object.fromEntries(
    variables.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  );
  return {
    ...target,
    name: `turns-${index}`,
    script: checkout === undefined ? target.script : `${checkout}/${target.script}`,
    env: (workload) => ({ ...target.env?.(workload), ...env }),
  };
}

/** Lets one process run at a time, for so many ms, and the others stand still. */
function takeTurns(processes: readonly Pinned[], sliceMs: number): AsyncDisposable {
  const ending = new AbortController();
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => (each: Pinned) => void process.kill(each.pid, name);
  async function turn(): Promise<void> {
    processes.forEach(signal('SIGSTOP'));
    for (let index = 0; !ending.signal.aborted; index = (index + 1) % processes.length) {
      const current = processes.slice(index, index + 1);
      current.forEach(signal('SIGCONT'));
      await wait(sliceMs);
      current.forEach(signal('SIGSTOP'));
    }
    processes.forEach(signal('SIGCONT'));
  }
  const turning = turn();
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await turning;
    },
  };
}
