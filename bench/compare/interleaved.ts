// Measures CPU per operation of several targets in interleaved time slices, so that changes in the speed of the machine
// affect all targets alike: npm run bench:turns -- --help

import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runScript } from '../command-line.ts';
import type { PinnedProcess } from './pinned-process.ts';
import { cpuOf } from './process-usage.ts';
import { spreadOf } from './statistics.ts';
import { startTarget, type Target, targets } from './targets.ts';
import { startUpstream } from './upstream.ts';
import { workloads } from './workloads.ts';
import { createGenerator } from './wrk.ts';

const usage = `Usage: npm run bench:turns -- [--workload W1] [--connections 64] [--latency 0] [--rounds 5] [--seconds 5]
  [--warm-up 45] [--slice 100] <target> <target>...
All targets are under load at the same time, but run in alternating time slices of --slice ms, so that slow seconds of the
machine affect all of them. The output is the CPU per operation in ms, and its ratio to the first target. A target is a
target of the bench with optional environment variables and an optional checkout: contactgraph,
contactgraph:CACHE_BYTES=0, contactgraph@../other-checkout, floor. A target that is listed twice shows the noise.`;

await runScript(usage, run);

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
  if (workload === undefined || positionals.length === 0) throw new Error('Name a workload of the bench and targets.');
  await using stack = new AsyncDisposableStack();
  const upstream = stack.use(await startUpstream());
  await upstream.prepare(Number(values.latency));
  const running: (PinnedProcess & { load(seconds: number): Promise<number> })[] = [];
  for (const [index, text] of positionals.entries()) {
    const pinned = stack.use(await startTarget(parseTarget(text, index), workload, upstream.url));
    const generator = stack.use(createGenerator(workload));
    const load = async (seconds: number) => {
      const before = cpuOf(pinned.pid);
      const { requests, failed } = await generator.run(pinned.port, Number(values.connections), seconds);
      if (failed > 0) throw new Error(`${text}: ${failed} requests failed`);
      return (cpuOf(pinned.pid) - before) / requests;
    };
    running.push({ ...pinned, load });
  }
  await Promise.all(running.map(({ load }) => load(Number(values['warm-up']))));
  stack.use(interleave(running, Number(values.slice)));
  const figures = running.map(() => [] as number[]);
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const cpu = await Promise.all(running.map(({ load }) => load(Number(values.seconds))));
    for (const [index, ms] of cpu.entries()) figures[index]?.push(ms);
  }
  for (const [index, name] of positionals.entries()) {
    const cpuTimes = figures[index] ?? [];
    const ratio = spreadOf(cpuTimes.map((ms, round) => ms / (figures[0]?.[round] ?? Number.NaN)));
    const range = `${ratio.min.toFixed(2)} – ${ratio.max.toFixed(2)}`;
    console.log(`${name}: ${spreadOf(cpuTimes).median.toFixed(3)} ms, ${ratio.median.toFixed(3)} × (${range})`);
  }
}

/** Parses a target as described in `usage`. @throws {Error} for an unknown target */
function parseTarget(text: string, index: number): Target {
  const [nameAndVariables = '', checkout] = text.split('@');
  const [name, ...variables] = nameAndVariables.split(/:(?=\w+=)/); // a value may contain colons
  const target = targets.find((each) => each.name === name);
  if (target === undefined) throw new Error(`There is no target ${name}.`);
  const env = Object.fromEntries(
    variables.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  );
  return {
    ...target,
    name: `interleaved-${index}`,
    script: checkout === undefined ? target.script : `${checkout}/${target.script}`,
    env: (workload) => ({ ...target.env?.(workload), ...env }),
  };
}

/** Runs the processes in alternating time slices: one runs while the others are stopped by a signal. */
function interleave(processes: readonly PinnedProcess[], sliceMs: number): AsyncDisposable {
  const ending = new AbortController();
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => (each: PinnedProcess) => void process.kill(each.pid, name);
  async function schedule(): Promise<void> {
    processes.forEach(signal('SIGSTOP'));
    for (let index = 0; !ending.signal.aborted; index = (index + 1) % processes.length) {
      const current = processes.slice(index, index + 1);
      current.forEach(signal('SIGCONT'));
      await wait(sliceMs);
      current.forEach(signal('SIGSTOP'));
    }
    processes.forEach(signal('SIGCONT'));
  }
  const scheduling = schedule();
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await scheduling;
    },
  };
}
