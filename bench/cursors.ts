// Measures a full scan of the contacts through the gateway, and directly on the scroll of the REST API:
// node bench/cursors.ts [--contacts 100000] [--pages 100,1000] [--latency 0] [--rounds 5] [--profile <folder>]
// Without options it writes bench/CURSORS.md. It fails when a scan does not read every contact exactly once.

import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import process from 'node:process';
import { createDirectScan, createGatewayScan, type FullScan } from './cursors/full-scan.ts';
import { memoryOf } from './cursors/memory.ts';
import { type Case, type Options, readOptions } from './cursors/options.ts';
import { type RunningEmulator, startEmulator, startGateway } from './cursors/processes.ts';
import { type CountedScan, type Figures, report } from './cursors/report.ts';

const options = readOptions(process.argv.slice(2));
const [load = 0] = loadavg();
const text = report(await measure(options), options, load);
console.log(text);
if (options.standard) writeFileSync(new URL('CURSORS.md', import.meta.url), text);

async function measure({ contacts, cases, rounds, profile }: Options): Promise<Figures[]> {
  await using emulator = await startEmulator(contacts);
  const { url, token } = emulator;
  await using gateway = await startGateway(url, profile);
  await using direct = createDirectScan(emulator);
  await using throughGateway = createGatewayScan({ url: gateway.url, token });

  // The warm-up lets the JIT compile the hot code and fills the scroll session store.
  for (const each of cases) for (const scan of [direct, throughGateway]) await scanAll(scan, each, emulator);

  const figures = cases.map((each): Figures => ({ ...each, direct: [], gateway: [], memory: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const each of figures) {
      // The sides alternate in who is first, so that other load on the machine affects both.
      for (const side of round % 2 === 0 ? (['direct', 'gateway'] as const) : (['gateway', 'direct'] as const)) {
        const result = await scanAll(side === 'gateway' ? throughGateway : direct, each, emulator);
        each[side].push(result);
        if (side === 'gateway') each.memory.push(memoryOf(gateway.samples(), result));
        const { size, latencyMs } = each;
        console.error(`round ${round + 1}, ${size} a page, ${latencyMs} ms, ${side}: ${result.seconds.toFixed(2)} s`);
      }
    }
  }
  return figures;
}

async function scanAll(scan: FullScan, { size, latencyMs }: Case, emulator: RunningEmulator): Promise<CountedScan> {
  await emulator.prepare(latencyMs);
  const result = await scan.read(size);
  const { rows, distinct, total } = result;
  if (rows !== total || distinct !== total) throw new Error(`read ${rows} rows, ${distinct} contacts of ${total}`);
  return { ...result, calls: await emulator.listCalls() };
}
