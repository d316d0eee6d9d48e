import type { PinnedProcess } from './pinned-process.ts';
import { cpuOf, memoryOf, peakOf, resetPeak, untilIdle } from './process-usage.ts';
import { sendRequest } from './requests.ts';
import { slowestCall } from './slowest-call.ts';
import { startTarget, type Target } from './targets.ts';
import type { Upstream } from './upstream.ts';
import type { Cell, Workload } from './workloads.ts';
import { createGenerator, type Generator, type Load } from './wrk.ts';

/**
 * One run of one target: `cpuMs` and upstream `calls` per operation, peak memory in bytes, and whether the responses were
 * shorter than expected.
 */
export type Run = Load & { cpuMs: number; peakBytes: number; calls: number; isShort: boolean };

/** The runs of a target, one per round; its memory before the first request, and its upstream calls per operation. */
export type Measured = { target: Target; idleBytes: number; calls: number; runs: readonly Run[] };

/** A target that could not be measured, or not in all rounds. */
export type Failed = { target: Target; reason: string };

/**
 * The results of a workload in one cell. `answerBytes` is the length of a response. `slowestCalls` has the duration of the
 * slowest upstream call without a gateway in ms, once per round, for cells with one connection and a latency.
 */
export type Figures = {
  workload: Workload;
  cell: Cell;
  answerBytes: number;
  slowestCalls: number[];
  measured: Measured[];
  failed: Failed[];
};

/** The options of `measure`; `seconds` is the duration of a run. */
export type MeasureOptions = {
  targets: readonly Target[];
  rounds: number;
  seconds: number;
  warmUp: number;
  upstream: Upstream;
};

type Running = Omit<Measured, 'runs'> & { process: PinnedProcess; answers: string };
type Fail = (target: Target, error: unknown) => void;

/**
 * Measures all targets with a workload. A target that does not start, that returns other data than the first target, or
 * that exits is reported as failed, and the measurement continues with the others.
 */
export async function measure(workload: Workload, options: MeasureOptions): Promise<Figures[]> {
  const { rounds, seconds, warmUp, upstream } = options;
  const failed: Failed[] = [];
  const fail: Fail = (target, error) => {
    const reason = error instanceof Error ? error.message : String(error);
    failed.push({ target, reason });
    console.error(`${workload.name} ${target.name}: ${reason}`);
  };
  await using stack = new AsyncDisposableStack();
  using generator = createGenerator(workload);
  const running = await startAll(workload, options, stack, fail);
  for (const { target, process } of running) {
    const [{ connections, latencyMs } = { connections: 1, latencyMs: 0 }] = workload.cells;
    await upstream.prepare(latencyMs);
    // The warm-up lets the JIT compile the hot code; a cold process is not representative.
    await generator.run(process.port, connections, warmUp);
    await untilIdle(process.pid).catch((error: unknown) => fail(target, error));
  }

  const answerBytes = answerLength(running[0]?.answers ?? '');
  const figures = workload.cells.map((cell) => ({
    ...{ workload, cell, answerBytes, failed, slowestCalls: [] as number[] },
    measured: running.map(({ target, idleBytes, calls }) => ({ target, idleBytes, calls, runs: [] as Run[] })),
  }));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { cell, measured, slowestCalls } of figures) {
      await upstream.prepare(cell.latencyMs);
      if (cell.connections === 1 && cell.latencyMs > 0) slowestCalls.push(await slowestCall(upstream.url));
      for (const [index, each] of running.entries()) {
        if (failed.some(({ target }) => target === each.target)) continue;
        const run = await runOnce(each, cell, seconds, generator, upstream).catch((error: unknown) => {
          fail(each.target, error);
        });
        if (run === undefined) continue;
        measured[index]?.runs.push(run);
        const about = `${cell.connections} connections, ${cell.latencyMs} ms`;
        console.error(`round ${round}, ${workload.name}, ${about}: ${each.target.name} ${toText(run)}`);
      }
    }
  }
  return figures;
}

/** Starts the targets and compares the data that they return. */
async function startAll(
  workload: Workload,
  { targets, upstream }: MeasureOptions,
  stack: AsyncDisposableStack,
  fail: Fail,
): Promise<readonly Running[]> {
  const running: Running[] = [];
  for (const target of targets) {
    try {
      const process = stack.use(await startTarget(target, workload, upstream.url));
      const idleBytes = memoryOf(process.pid);
      await upstream.prepare(0);
      const answers = await readAnswers(workload, process.port);
      const calls = (await upstream.calls()) / comparedKeys.length;
      if (running[0] !== undefined && running[0].answers !== answers) {
        throw new Error(`returns other data than ${running[0].target.name}`);
      }
      running.push({ target, process, answers, idleBytes, calls });
    } catch (error) {
      fail(target, error);
    }
  }
  return running;
}

async function runOnce(
  { process: { pid, port }, answers }: Running,
  { connections, latencyMs, times = 1 }: Cell,
  seconds: number,
  generator: Generator,
  upstream: Upstream,
): Promise<Run> {
  await upstream.prepare(latencyMs);
  resetPeak(pid);
  const cpu = cpuOf(pid);
  const load = await generator.run(port, connections, seconds * times);
  const cpuMs = (cpuOf(pid) - cpu) / load.requests;
  await untilIdle(pid);
  return {
    ...load,
    cpuMs,
    peakBytes: peakOf(pid),
    calls: (await upstream.calls()) / load.requests,
    // wrk checks the HTTP status only; responses that are shorter than expected contain errors.
    isShort: load.bytes < load.requests * answerLength(answers) * 0.98,
  };
}

/** The keys of the requests whose responses are compared before the measurement. */
const comparedKeys = [7, 41];

/** Returns the data of some responses as one JSON text. @throws {Error} for a response with errors */
async function readAnswers(workload: Workload, port: number): Promise<string> {
  const answers: unknown[] = [];
  for (const key of comparedKeys) {
    const answer = JSON.parse(await sendRequest(workload, port, key)) as { data?: unknown; errors?: unknown[] };
    const { data, errors } = answer;
    if (errors !== undefined) throw new Error(`returns errors: ${JSON.stringify(errors).slice(0, 300)}`);
    answers.push(data);
  }
  return JSON.stringify(answers);
}

/** Returns the average length of these responses in bytes. */
function answerLength(answers: string): number {
  return Buffer.byteLength(answers) / comparedKeys.length;
}

function toText({ requests, seconds, p50, p99, cpuMs, failed, isShort }: Run): string {
  const rate = `${(requests / seconds).toFixed(1)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  return `${rate}, CPU ${cpuMs.toFixed(2)} ms${failed === 0 ? '' : `, ${failed} FAILED`}${isShort ? ', ERRORS' : ''}`;
}
