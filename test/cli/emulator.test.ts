import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startEmulator } from '../../emulator/emulator.ts';
import { sendRequest } from '../emulator/support.ts';

const bin = new URL('../../bin/contactgraph.mjs', import.meta.url).pathname;
let child: ChildProcess | undefined;

afterEach(() => child?.kill('SIGKILL'));

test.for(['SIGTERM', 'SIGINT'] as const)(
  'the emulator prints its address and how to log in, and stops on %s',
  async (signal) => {
    const { process, output } = start(['--port', '0', '--contacts', '30']);
    const lines = await output;
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(lines)?.[0] ?? '';
    expect(lines).toContain(demo.clientKey);
    expect(lines).toContain(demo.organizationId);
    const body = /-d '(.*)'/.exec(lines)?.[1] ?? '';
    const login = await sendRequest(`${url}/v1/sts/login/services`, { method: 'POST', body });
    expect(login.status).toBe(200);
    process.kill(signal);
    expect(await once(process, 'exit')).toEqual([0, null]);
  },
);

test.for([
  [['--port', 'many'], '--port'],
  [['--contacts', '-1'], '--contacts'],
  [['--seed', '1.5'], '--seed'],
  [['--colour', 'red'], '--colour'],
  [['stray'], 'stray'],
] as const)(
  'the invalid arguments %j are reported with the name of the option and where the usage is described',
  async ([args, named]) => {
    const { process } = start([...args]);
    const [message, [code]] = await Promise.all([text(process.stderr), once(process, 'exit')]);
    expect(code).toBe(2);
    expect(message).toContain(named);
    expect(message).toContain('contactgraph emulator --help');
  },
);

test('--help names each option and each request that switches something', async () => {
  const { process, output } = start(['--help']);
  const [help, [code]] = await Promise.all([output, once(process, 'exit')]);
  expect(code).toBe(0);
  for (const option of ['port', 'host', 'contacts', 'seed', 'claims']) expect(help).toContain(`--${option} `);
  const emulator = await startEmulator({ contacts: 1 });
  const { actions } = (await sendRequest(`${emulator.url}/__emulator`)).body;
  await emulator.close();
  expect(actions.filter((action: string) => !help.includes(action))).toEqual([]);
});

function start(args: string[]) {
  const started = spawn(process.execPath, [bin, 'emulator', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child = started;
  const output = once(started.stdout, 'data').then(([chunk]) => String(chunk));
  return { process: started, output };
}
