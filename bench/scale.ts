// A model of the gateway at any load, from figures measured here: npm run bench:scale -- --help

import { readFileSync, writeFileSync } from 'node:fs';
import { runScript } from './command-line.ts';
import { repository } from './machine.ts';
import { checkSimulation } from './scale/check.ts';
import { measureAll } from './scale/measure.ts';
import { measuredFile, readMeasured } from './scale/measured.ts';
import { readOptions, usage } from './scale/options.ts';
import { limitsTable, replaceTables, requirementsTable, tablesOf } from './scale/tables.ts';

await runScript(usage, async (args) => {
  const { action, load, rounds, seconds } = readOptions(args);
  const options = { rounds, seconds, warmUp: 10, connections: 64 };
  if (action === 'measure') {
    writeFileSync(measuredFile, `${JSON.stringify(await measureAll(options), undefined, 2)}\n`);
  }
  const measured = readMeasured();
  if (action === 'measure' || action === 'docs') updateDocument(tablesOf(measured));
  else if (action === 'check') console.log(await checkSimulation(measured, options));
  else console.log(`${requirementsTable([load], measured)}\n\n${limitsTable(load, measured)}`);
});

function updateDocument(tables: Readonly<Record<string, string>>): void {
  const page = new URL('docs/scale.md', repository);
  writeFileSync(page, replaceTables(readFileSync(page, 'utf8'), tables));
}
