import { runDoctor } from '../src/doctor/doctor.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const { env, stdout, stderr } = process;
process.exitCode = await runDoctor({ args: process.argv.slice(2), env, stdout, stderr, signal: stop.signal });
