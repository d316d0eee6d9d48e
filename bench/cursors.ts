// A full walk over the contacts through the gateway, against the same walk straight on the REST scroll:
// node bench/cursors.ts [--contacts 100000] [--pages 100,1000] [--latency 0] [--rounds 5] [--profile <folder>]
// Without flags it writes bench/CURSORS.md. It asserts that every walk reads every contact once, and no time.

import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import process from 'node:process';
import { createDirectWalk, createGatewayWalk, type Walk } from './cursors/full-scan.ts';
import { memoryOf } from './cursors/memory.ts';
import { type Case, type Options, readOptions } from './cursors/options.ts';
import { type RunningEmulator, startEmulator, startGateway } from './cursors/processes.ts';
import { type Counted, type Figures, report } from './cursors/report.ts';

const options = readOptions(process.argv.slice(2));
const [load = 0] = loadavg();
const text = report(await measure(options), options, load);
console.log(text);
if (options.standard) writeFileSync(new URL('CURSORS.md', import.meta.url), text);

async function measure({ contacts, cases, rounds, profile }: Options): Promise<Figures[]> {
  await using emulator = await startEmulator(contacts);
  const { url, token } = emulator;
  await using gateway = await startGateway(url, profile);
  await using direct = createDirectWalk(emulator);
  await using through = createGatewayWalk({ url: gateway.url, token });

  // Compiles what is hot and fills the scroll store: a gateway that has just started is not what is measured.
  for (const each of cases) for (const walk of [direct, through]) await walkAll(walk, each, emulator);

  const figures = cases.map((each): Figures => ({ ...each, direct: [], gateway: [], memory: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const each of figures) {
      // Side by side, each first in every other round: whatever else the machine does hits both alike.
      for (const side of round % 2 === 0 ? (['direct', 'gateway'] as const) : (['gateway', 'direct'] as const)) {
        const walked = await walkAll(side === 'gateway' ? through : direct, each, emulator);
        each[side].push(walked);
        if (side === 'gateway') each.memory.push(memoryOf(gateway.samples(), walked));
        const { size, latencyMs } = each;
        console.error(`round ${round + 1}, ${size} a page, ${latencyMs} ms, ${side}: ${walked.seconds.toFixed(2)} s`);
      }
    }
  }
  return figures;
}

async function walkAll(walk: Walk, { size, latencyMs }: Case, emulator: RunningEmulator): Promise<Counted> {
  await emulator.prepare(latencyMs);
  const walked = await walk.read(size);
  const { rows, distinct, total } = walked;
  if (rows !== total || distinct !== total) throw new Error(`read ${rows} rows, ${distinct} contacts of ${total}`);
  return { ...walked, calls: await emulator.listCalls() };
}
