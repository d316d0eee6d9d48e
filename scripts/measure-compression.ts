import process from 'node:process';
import { parseArgs } from 'node:util';
import { workloads } from '../bench/compare/workloads.ts';
import { demo } from '../emulator/demo.ts';
import { codings, createCompression } from '../src/http/compression.ts';
import { startGateway } from '../test/support/gateway.ts';

/**
 * Prints how many bytes the answers of the workloads W1 and W3 have in each content coding, and how much CPU time their
 * compression takes: of the process, and of the thread of the event loop. `node scripts/measure-compression.ts`
 */
const { values } = parseArgs({ options: { count: { type: 'string', default: '200' } } });
const count = Number(values.count);

const { query, close } = await startGateway({ emulator: { contacts: 1_500 } });

async function answerOf(name: 'W1' | 'W3'): Promise<Buffer> {
  const document = workloads.find((workload) => workload.name === name)?.query ?? '';
  // The emulator has no contacts with the key of the benchmark's upstream.
  const unfiltered = document.replace('($key: String!)', '').replace(/, filter: \{extProp1: \$key\}/, '');
  const { text, errors } = await query(unfiltered, { cid: demo.contactId });
  if (errors.length > 0) throw new Error(`The gateway answered ${name} with an error.`);
  return Buffer.from(text);
}

const microseconds = ({ user, system }: NodeJS.CpuUsage) => user + system;

process.stdout.write('| answer | coding | bytes | CPU µs | of it in the event loop |\n|---|---|---|---|---|\n');
for (const name of ['W1', 'W3'] as const) {
  const answer = await answerOf(name);
  process.stdout.write(`| ${name} | none | ${answer.length} | | |\n`);
  for (const coding of codings) {
    const compress = createCompression();
    const compressed = await compress(answer, coding);
    for (let n = 0; n < count; n += 1) await compress(Buffer.from(answer), coding);
    const [ofProcess, ofThread] = [process.cpuUsage(), process.threadCpuUsage()];
    for (let n = 0; n < count; n += 1) await compress(Buffer.from(answer), coding);
    const times = [process.cpuUsage(ofProcess), process.threadCpuUsage(ofThread)];
    const [all, loop] = times.map((usage) => Math.round(microseconds(usage) / count));
    process.stdout.write(`| ${name} | ${coding} | ${compressed?.length} | ${all} | ${loop} |\n`);
  }
}
await close();
