import { writeSync } from 'node:fs';

/** The standard output of the process. No write waits or throws: what cannot be written is kept within a bound, or dropped. */
export type Stdout = {
  /** Writes a text of whole lines at the end of this iteration of the event loop, with everything else that is written in it. */
  write(text: string): void;
  /** Writes everything that is kept, as far as the reader accepts it now. */
  flush(): void;
  /** The number of lines that were dropped since the start. */
  droppedLines(): number;
};

/** The most bytes that are kept while the reader accepts none. */
const maxPendingBytes = 1_048_576;

/** `PIPE_BUF` of Linux: a write of so many bytes is never mixed with those of other processes. */
const atomicBytes = 4_096;

/** How often a write is tried again while a pipe is full or a disk has no space, in ms. */
const retryMs = 100;

/** How long the exit of the process waits for the reader, in ms. */
const exitWaitMs = 1_000;

/**
 * Creates the standard output of the process. A system call costs more than formatting a line, so the lines of one iteration
 * of the event loop are written with one call.
 *
 * A log must never end or stop the process. A pipe whose reader is slow is full after 64 kB, and a blocking write would
 * then stop the event loop; a disk without space is an error. In both cases up to 1 MiB is kept and written later. More is
 * dropped, by whole lines, and the number of dropped lines is written when the reader accepts output again. An orderly exit,
 * also by an uncaught error, writes what is kept, for a second at most; SIGKILL loses the lines of the current iteration.
 *
 * @param process the process of this thread
 * @param onDropped returns the line that reports a number of dropped lines
 * @param isShared whether other processes write to the same output: then each write is small enough to stay in one piece
 */
export function createStdout(
  process: NodeJS.Process,
  onDropped: (lines: number) => string,
  isShared: boolean = false,
): Stdout {
  let batch = '';
  const pending: Buffer[] = [];
  let pendingBytes = 0;
  let dropped = 0;
  let droppedInAll = 0;
  let isPipeNonBlocking = false;
  let willRetry = false;

  /** Writes what is pending. @returns the code of the error that prevented it, undefined when all of it was written */
  function writePending(): string | undefined {
    if (!isPipeNonBlocking) {
      void process.stdout; // The first access makes a pipe and a socket non-blocking.
      isPipeNonBlocking = true;
    }
    try {
      for (let first = pending[0]; first !== undefined; first = pending[0]) {
        const written = writeSync(1, first);
        pendingBytes -= written;
        if (written === first.length) pending.shift();
        else pending[0] = first.subarray(written);
      }
      return undefined;
    } catch (error) {
      return String(error instanceof Error && 'code' in error && error.code); // EAGAIN: a full pipe, ENOSPC: a full disk, EPIPE: no reader
    }
  }

  function keep(text: string): void {
    for (const part of isShared ? divideLines(text) : [text]) {
      const bytes = Buffer.from(part);
      pending.push(bytes);
      pendingBytes += bytes.length;
    }
  }

  function flush(): void {
    const text = batch;
    batch = '';
    if (dropped > 0 && pending.length === 0) {
      keep(onDropped(dropped));
      dropped = 0;
    }
    if (pendingBytes + text.length > maxPendingBytes) {
      const lines = text.split('\n').length - 1;
      dropped += lines;
      droppedInAll += lines;
    } else if (text !== '') keep(text);
    if (writePending() === undefined && dropped === 0) return;
    if (willRetry) return;
    willRetry = true;
    setTimeout(() => {
      willRetry = false;
      flush();
    }, retryMs).unref();
  }

  process.once('exit', () => {
    flush();
    const endsAt = performance.now() + exitWaitMs;
    while (writePending() === 'EAGAIN' && performance.now() < endsAt) sleep(retryMs / 10);
  });
  return {
    flush,
    droppedLines: () => droppedInAll,
    write(text) {
      if (batch === '') setImmediate(flush);
      batch += text;
    },
  };
}

/** Divides a text at line ends into parts that a pipe takes as a whole or not at all. A longer line is a part of its own. */
function divideLines(text: string): string[] {
  const parts: string[] = [];
  let partBytes = Number.POSITIVE_INFINITY;
  for (const line of text.split(/(?<=\n)/)) {
    const bytes = Buffer.byteLength(line);
    if (partBytes + bytes > atomicBytes) {
      parts.push('');
      partBytes = 0;
    }
    parts[parts.length - 1] += line;
    partBytes += bytes;
  }
  return parts;
}

/** Blocks the thread, which is allowed at the exit of the process only. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
