import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Sample } from '../../bench/cursors/memory-probe.ts';
import { inRepository, run, untilPrinted } from '../../bench/cursors/processes.ts';

/** A gateway in a process of its own, in production mode, whose memory the soak test measures. */
export type GatewayProcess = AsyncDisposable & {
  readonly url: string;
  /** Resident memory in MB, as Linux counts it; undefined when the process has ended. */
  residentMegabytes(): Promise<number | undefined>;
  /** The used heap in MB that the process reported last. It includes garbage that is not collected yet. */
  heapMegabytes(): number;
  /** The exit code or the signal that ended the process; undefined while it runs. */
  ending(): string | undefined;
};

/** V8's limits of the heap of a gateway, in MB. */
export type HeapLimits = {
  /** `--max-old-space-size`. */
  readonly heap: number;
  /**
   * The space for young objects, `--max-semi-space-size`; V8's own by default. That is up to 128 MB, so that a heap of 128 MB
   * has to be collected as a whole at almost each collection: 226 times for 10,000 documents with a syntax error, and 6 times
   * with 8. The space has this size from the start, so that its growth is not part of what is measured.
   */
  readonly semiSpace?: number;
};

/**
 * Starts a gateway on a free port.
 *
 * @param env environment variables in addition to those of every gateway of the soak test
 * @param memory limits of its heap, in MB
 */
export async function startGatewayProcess(env: Record<string, string>, memory: HeapLimits): Promise<GatewayProcess> {
  const probe = ['--import', inRepository('bench/cursors/memory-probe.ts')];
  const { heap: oldSpace, semiSpace } = memory;
  const youngSpace =
    semiSpace === undefined ? [] : [`--min-semi-space-size=${semiSpace}`, `--max-semi-space-size=${semiSpace}`];
  const args = [`--max-old-space-size=${oldSpace}`, ...youngSpace, ...probe, inRepository('src/main.ts')];
  const all = {
    NODE_ENV: 'production',
    PORT: '0',
    LOG_LEVEL: 'fatal',
    CURSOR_KEYS: randomBytes(32).toString('base64'),
    ...env,
  };
  const { child, end } = run(args, { env: all, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
  let heap = Number.NaN;
  child.on('message', (sample: Sample) => {
    heap = sample.heap / 2 ** 20;
  });
  const [, url = ''] = await untilPrinted(child, /listens on (\S+)/);
  return {
    url,
    residentMegabytes: () => residentMegabytes(child),
    heapMegabytes: () => heap,
    ending: () => endingOf(child),
    async [Symbol.asyncDispose]() {
      if (endingOf(child) === undefined) await end();
    },
  };
}

function endingOf({ exitCode, signalCode }: ChildProcess): string | undefined {
  return signalCode ?? exitCode?.toString();
}

async function residentMegabytes(child: ChildProcess): Promise<number | undefined> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined || endingOf(child) !== undefined ? undefined : Number(kilobytes) / 1_024;
}
