// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isatty } from 'node:tty';

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Exit */

/** The interval of the check that the parent process still runs, in ms. */
const parentCheckInterval = 250;

/** A second timer would send a second SIGTERM, which ends the process before it has stopped. */
let isWatchingParent = false;

/**
 * Runs a command and passes the signals that this process receives on to it.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<Exit>}
 * @throws When the command cannot be started.
 */
export async function runChild(command, args, options) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // Ctrl-C in a terminal reaches the child without this process. A second SIGINT would end it without its shutdown.
    if (signal !== 'SIGINT' || !isatty(0)) child.kill(signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  try {
    const [code, signal] = await once(child, 'exit');
    return { code, signal };
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}

/**
 * Ends this process as a child process ended: with the same exit code, or by the same signal.
 *
 * @param {Exit} exit
 */
export function exitLike({ code, signal }) {
  process.exitCode = code ?? 1;
  if (signal !== null) process.kill(process.pid, signal);
}

/**
 * Under npm, stops this process with SIGTERM when its parent process has ended. npm sends SIGTERM to the shell that runs
 * the script, and a shell such as dash ends by it without passing it on.
 */
export function stopWithParent() {
  if (isWatchingParent) return;
  isWatchingParent = true;
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, parentCheckInterval);
  timer.unref();
}
