import { request } from 'undici';
import { startEmulator } from '../bench/cursors/processes.ts';
import { demo } from '../emulator/demo.ts';
import { startIssuer } from '../test/support/issuer.ts';
import { jwtEnvironment } from '../test/support/jwt-gateway.ts';
import { customerSessionEnvironment } from '../test/support/sessions.ts';
import { startGatewayProcess } from './soak/gateway-process.ts';
import type { SoakKind, SoakTarget } from './soak/kind.ts';
import { readOptions, type SoakOptions, usage } from './soak/options.ts';
import { type SoakResult, settledAfter, soak } from './soak/soak.ts';

/**
 * Sends distinct requests of each kind to a gateway with a small heap, a new process for each kind, and fails when the
 * process ends, or its resident memory keeps growing or exceeds twice the idle one: `npm run soak:documents -- --help`.
 */
const executedDocument = `query Executed { contact(by: {cid: "${demo.contactId}"}) { firstName lastName email } }`;

try {
  process.exitCode = (await runAll(readOptions(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`);
  process.exitCode = 2;
}

/** Runs all kinds. @returns whether every run succeeded */
async function runAll({ kinds, tokens, ...options }: SoakOptions): Promise<boolean> {
  const head = ['kind', 'token', 'requests', 'per s', 'statuses'];
  const resident = [`resident MB after ${settledAfter}, ¼, ½, ¾, all`, 'resident MB idle / peak', 'peak ÷ idle'];
  const memory = [...resident, 'lowest used heap MB in each quarter'];
  const columns = [...head, ...memory, 'executed document, median / p99 ms', 'result'];
  print(columns);
  print(columns.map(() => '---'));
  let held = true;
  for (const kind of kinds) {
    for (const hasToken of kind.isAnonymous === true ? [false] : tokens) {
      const result = await runOne(kind, hasToken, options);
      const failure = failureOf(result, options);
      held &&= failure === undefined;
      print([kind.name, hasToken ? 'with' : 'without', ...cellsOf(result), failure ?? 'held']);
    }
  }
  return held;
}

type RunOptions = Omit<SoakOptions, 'kinds' | 'tokens'>;

async function runOne(kind: SoakKind, hasToken: boolean, options: RunOptions): Promise<SoakResult> {
  await using emulator = await startEmulator(20_000);
  const upstream = { UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId };
  // The emulator must run until this has ended.
  if (kind.gateway === undefined) return await runAgainst(upstream, emulator, kind, hasToken, options);
  if (kind.gateway === 'sessions') {
    await allowAttempts(emulator.url);
    const env = { ...customerSessionEnvironment(), ...upstream, TRUSTED_PROXIES: 'loopback' };
    return await runAgainst(env, emulator, kind, hasToken, options);
  }
  const issuer = await startIssuer();
  const token = await issuer.token({ organization_id: emulator.organizationId, scope: 'customer_read', exp: 2 ** 32 });
  try {
    const env = jwtEnvironment(emulator, issuer);
    return await runAgainst(env, { ...emulator, token }, kind, hasToken, options);
  } finally {
    await issuer.close();
  }
}

async function runAgainst(
  env: Record<string, string>,
  { organizationId, token }: Omit<SoakTarget, 'cursors'>,
  kind: SoakKind,
  hasToken: boolean,
  { memory, ...options }: RunOptions,
): Promise<SoakResult> {
  await using gateway = await startGatewayProcess(env, memory);
  const cursors = kind.name === 'cursors' ? await readCursors(gateway.url, token) : [];
  const target = { organizationId, token, cursors };
  return await soak(gateway, { kind, target, hasToken, executedDocument, ...options });
}

/** Lifts the emulator's own limit of attempts with a password, so that the gateway's limits count all of them. */
async function allowAttempts(emulatorUrl: string): Promise<void> {
  const body = JSON.stringify({ passwordLimit: { count: 1_000_000, seconds: 1 } });
  await (await request(`${emulatorUrl}/__emulator/existence`, { method: 'PUT', body })).body.dump();
}

/** Reads the cursors of the first 500 contacts. */
async function readCursors(url: string, token: string): Promise<readonly string[]> {
  const { body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ contacts(first: 500) { edges { cursor } } }' }),
  });
  const { data } = (await body.json()) as { data: { contacts: { edges: { cursor: string }[] } } };
  return data.contacts.edges.map(({ cursor }) => cursor);
}

function cellsOf({ sent, seconds, statuses, resident, idle, peak, heap, median, p99 }: SoakResult): string[] {
  const counted = [...statuses].map(([status, count]) => `${count} × ${status || 'no response'}`).join(', ');
  const listOf = (all: readonly number[], separator = ', ') => all.map((each) => each.toFixed(0)).join(separator);
  const memory = [listOf(resident), listOf([idle, peak], ' / '), (peak / idle).toFixed(2), listOf(heap)];
  return [String(sent), (sent / seconds).toFixed(0), counted, ...memory, `${median.toFixed(1)} / ${p99.toFixed(1)}`];
}

/** Returns why a run failed; undefined if it succeeded. */
function failureOf({ ending, growth, idle, peak }: SoakResult, allowed: RunOptions): string | undefined {
  if (ending !== undefined) return `ended by ${ending}`;
  if (growth > allowed.growth) return `grew by ${growth.toFixed(0)} MB`;
  return peak / idle > allowed.peak ? 'too high a peak' : undefined;
}

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
