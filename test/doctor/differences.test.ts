// The contract check finds every difference that is planted into the answers of an upstream, and names the line of the wire
// contract to change.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { checkAccount, findingsOf } from '../support/doctor.ts';
import { type RewritingUpstream, startRewritingUpstream } from '../support/rewriting-upstream.ts';
import type { Planted } from './differences.ts';
import { contactDifferences } from './planted-in-contacts.ts';
import { organizationDifferences } from './planted-in-organizations.ts';
import { rowDifferences } from './planted-in-rows.ts';
import { writeDifferences } from './planted-in-writes.ts';

let emulator: Emulator;
let upstream: RewritingUpstream;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 60, edgeCases: false });
  upstream = await startRewritingUpstream(emulator.url);
});

afterAll(async () => {
  await upstream.close();
  await emulator.close();
});

/** Runs the check with a planted difference. @returns how often it was planted, and what the run shows */
async function checkWith({ call, change, status: planted, times }: Planted, args: readonly string[]) {
  let count = 0;
  upstream.rewrite((text, { method, path, status }) => {
    if (count === times || !call.test(`${method} ${path} ${status}`)) return text;
    count += 1;
    return { status: planted ?? status, text: change === undefined ? text : JSON.stringify(change(JSON.parse(text))) };
  });
  const { clientKey, clientSecret } = emulator;
  const run = await checkAccount({ url: upstream.url, clientKey, clientSecret }, ['--json', ...args]);
  return { run, count };
}

function expectFinding(
  { finding: [name, file, text] }: Planted,
  { run, count }: Awaited<ReturnType<typeof checkWith>>,
) {
  expect(count, 'planted').toBeGreaterThan(0);
  const findings = findingsOf(run);
  const [, line] = findings
    .filter((found) => found.name === name)
    .map(({ wire }) => wire.split(':'))
    .find(([path]) => path === `src/upstream/wire/${file}`) ?? ['', `not found among ${JSON.stringify(findings)}`];
  const source = readFileSync(new URL(`../../src/upstream/wire/${file}`, import.meta.url), 'utf8');
  expect(source.split('\n')[Number(line) - 1] ?? line).toContain(text);
  expect(run.code).toBe(1);
}

const app = ['--app', 'ios_com.example.app'];

describe('a run that reads', () => {
  test.each([...contactDifferences, ...rowDifferences, ...organizationDifferences])(
    'finds that $what',
    async (planted) => {
      expectFinding(planted, await checkWith(planted, app));
    },
  );
});

describe('a run that writes', () => {
  test.each(writeDifferences)('finds that $what, and deletes its contact', async (planted) => {
    const before = emulator.contacts().length;
    expectFinding(planted, await checkWith(planted, ['--write', ...app]));
    expect(emulator.contacts()).toHaveLength(before);
  });
});
