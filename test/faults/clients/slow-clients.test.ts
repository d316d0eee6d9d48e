import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type RunningProcess, runScript } from '../../support/process.ts';
import { recordRow } from './support/row.ts';

/** Connections of one attack, and for how many seconds it goes on unless it is ended. */
const connections = 200;
const seconds = 100;

/** Sockets that the gateway may have without the attack: those of another client and of new upstream calls. */
const otherSockets = 8;

const gateways: RunningProcess[] = [];
afterAll(async () => {
  for (const { child, exited } of gateways) {
    child.kill('SIGKILL');
    await exited;
  }
});

/** Starts a gateway in production, in demo mode, because slowhttptest cannot send an access token. */
async function startGateway(env: Record<string, string>) {
  const gateway = runScript('src/main.ts', [], {
    ...{ NODE_ENV: 'production', WARM_UP: 'false', PORT: '0', LOG_LEVEL: 'warn' },
    ...env,
  });
  gateways.push(gateway);
  const [, url = ''] = await gateway.printed(/listens on (http:\S+)/);
  const inSystem = `/proc/${gateway.child.pid}`;
  return {
    url,
    closedSlowClients: () => /"closedSlowClients":[1-9]/.test(gateway.stdout()),
    residentBytes: () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`${inSystem}/status`, 'utf8'))?.[1]) * 1_024,
    sockets: () => readdirSync(`${inSystem}/fd`).filter((fd) => isSocket(`${inSystem}/fd/${fd}`)).length,
  };
}

/** A descriptor may be closed between the listing of the folder and the reading of its link. */
function isSocket(link: string): boolean {
  try {
    return readlinkSync(link).startsWith('socket:');
  } catch {
    return false;
  }
}

/** @throws {Error} that says how to install slowhttptest, if it cannot be started */
async function startAttack(args: readonly string[]): Promise<ChildProcess> {
  const all = ['-c', String(connections), '-r', '100', '-l', String(seconds), ...args];
  const attack = spawn('slowhttptest', all, { stdio: 'ignore' });
  await once(attack, 'spawn').catch((cause: unknown) => {
    throw new Error('No slowhttptest: scripts/install-slowhttptest.sh installs it.', { cause });
  });
  return attack;
}

const known = { data: { contact: { firstName: 'Ada' } } };

function isOverloaded(response: unknown): boolean {
  return JSON.stringify(response).includes('"code":"OVERLOADED"');
}

async function query(url: string): Promise<unknown> {
  const body = JSON.stringify({ query: `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }` });
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return response.json();
}

/** The address of GraphiQL's script, which is the largest response of a gateway without a body in the request. */
async function findScript(url: string): Promise<string> {
  const page = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
  const [, path] = /src="(\/graphql\/[^"]+\.js)"/.exec(await page.text()) ?? [];
  if (path === undefined) throw new Error('GraphiQL has no script.');
  return `${url}${path}`;
}

type Attack = [
  sent: string,
  args: readonly string[],
  env: Record<string, string>,
  target?: (url: string) => Promise<string>,
];

describe.concurrent('C16: clients that send or read slowly', { timeout: 120_000 }, () => {
  test.for<Attack>([
    ['headers', ['-H', '-i', '2'], {}],
    ['bodies', ['-B', '-i', '3', '-f', 'application/json'], {}],
    [
      'reads',
      ['-X', '-w', '1', '-y', '512', '-z', '5'],
      { WRITE_TIMEOUT_MS: '5000', PUBLIC_SCHEMA: 'true' },
      findScript,
    ],
  ])(
    'C16: the connections of slow %s are closed, and other clients are answered',
    async ([sent, args, env, findTarget], context) => {
      const { url, residentBytes, sockets, closedSlowClients } = await startGateway(env);
      const target = (await findTarget?.(url)) ?? `${url}/graphql`;
      await query(url);
      const [bytesBefore, socketsBefore] = [residentBytes(), sockets()];
      const attack = await startAttack([...args, '-u', target]);
      let peak = 0;
      // Most slow reads are refused at once, because the first few responses use half of the budget.
      const hasBegun = () => peak > otherSockets || closedSlowClients();
      let [sentMeanwhile, refused] = [0, 0];
      while (!hasBegun() || sockets() > socketsBefore + otherSockets) {
        expect(attack.exitCode === null || hasBegun()).toBe(true);
        peak = Math.max(peak, sockets() - socketsBefore);
        const response = await query(url);
        if (isOverloaded(response)) refused += 1;
        else expect(response).toEqual(known);
        sentMeanwhile += 1;
        await setTimeout(50); // One client does not need all of the time of the process.
      }
      attack.kill();
      const growth = residentBytes() / bytesBefore;
      recordRow(context, {
        ...{ row: 'C16', sent: `slow ${sent}, ${connections} connections`, status: 'closed' },
        ...{ code: `memory × ${growth.toFixed(1)}, ${refused} of ${sentMeanwhile} others refused`, calls: 0 },
      });
      // Above half of the budget for unsent responses other clients are refused until the slow ones are closed. How much
      // memory responses take is tested in test/http/unsent-answers.test.ts: GraphiQL's script is decompressed beside it.
      if (sent !== 'reads') expect({ refused, isSmall: growth < 2 }).toEqual({ refused: 0, isSmall: true });
      await context.expect.poll(() => query(url)).toEqual(known);
    },
  );
});
