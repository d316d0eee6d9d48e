// compose.yaml without Docker: its gateways run with their environment and with generated secrets, against a real Redis with
// the users of compose.yaml and the emulator. The images of other programs are not tested.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { demo } from '../../emulator/demo.ts';
import { startEmulator } from '../../emulator/emulator.ts';
import { namesInEnvironment } from '../../src/config/settings.ts';
import { findFreePort } from '../support/free-port.ts';
import { logIn } from '../support/passthrough-gateway.ts';
import { runProgram, runScript } from '../support/process.ts';
import { executable as redisServer } from '../support/redis.ts';

type Service = { image: string; build?: string; environment?: Record<string, string>; secrets?: string[] };

const root = fileURLToPath(new URL('../../', import.meta.url));
const script = join(root, 'deploy/compose/create-secrets.sh');
const compose: { services: Record<string, Service>; secrets: Record<string, { file: string }> } = parse(
  readFileSync(join(root, 'compose.yaml'), 'utf8'),
  { merge: true },
);
const gatewayNames = ['gateway-1', 'gateway-2'];
const environmentOf = (name: string) => Object.entries(compose.services[name]?.environment ?? {});

const folder = mkdtempSync(join(tmpdir(), 'contactgraph-compose-'));
const secrets = join(folder, 'secrets');
execFileSync('sh', [script, secrets]);
afterAll(() => rmSync(folder, { recursive: true }));

test.each(Object.entries(compose.services))(
  '%s runs read-only, without capabilities, within a limit of memory, from an image with an exact version',
  (_, service) => {
    expect(service).toMatchObject({
      ...{ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
      ...{ mem_limit: expect.stringMatching(/^\d+m$/), pids_limit: 256 },
    });
    if (service.build === undefined) expect(service.image).toMatch(/^[\w/-]+:v?\d+\.\d+\.\d+(?:-alpine)?$/);
  },
);

test('the script creates every secret of compose.yaml in a folder that only its owner can open, and replaces none', () => {
  const files = Object.values(compose.secrets).map(({ file }) => file.replace('./secrets/', ''));
  expect(readdirSync(secrets).toSorted()).toEqual(files.toSorted());
  expect(statSync(secrets).mode & 0o777).toBe(0o700);
  const before = readFileSync(join(secrets, 'cursor-keys'), 'utf8');
  expect(spawnSync('sh', [script, secrets]).status).toBe(1);
  expect(readFileSync(join(secrets, 'cursor-keys'), 'utf8')).toBe(before);
});

test.each(gatewayNames)('%s has only variables that the gateway reads, and each secret is a mounted file', (name) => {
  const environment = environmentOf(name);
  expect(
    environment.map(([variable]) => variable).filter((variable) => !namesInEnvironment.includes(variable)),
  ).toEqual([]);
  const files = environment.filter(([variable]) => variable.endsWith('_FILE')).map(([, path]) => path);
  const mounted = compose.services[name]?.secrets ?? [];
  expect(files.toSorted()).toEqual(mounted.map((secret) => `/run/secrets/${secret}`).toSorted());
});

test('the second gateway continues a list of the first through a server with the users of compose.yaml', async () => {
  const redisPort = await findFreePort();
  const options = ['--port', `${redisPort}`, '--save', '', '--aclfile', join(secrets, 'valkey-users')];
  const running = [runProgram(redisServer, options, { cwd: folder, env: {} })];
  const urlFile = join(secrets, 'valkey-url');
  writeFileSync(urlFile, `${readFileSync(urlFile, 'utf8').trim().replace('@valkey', '@127.0.0.1')}:${redisPort}\n`);
  const emulator = await startEmulator({ contacts: 50 });
  try {
    await running[0]?.printed(/Ready to accept connections/);
    const token = await logIn(emulator, demo);
    let after: string | null = null;
    for (const name of gatewayNames) {
      const METRICS_PORT = `${await findFreePort()}`;
      const environment = environmentOf(name).map(([key, value]) => [key, value.replace('/run/secrets', secrets)]);
      // As in the image: a gateway that is warm does not exceed the time of a command to Valkey with its first request.
      const addresses = { NODE_ENV: 'production', PORT: '0', METRICS_PORT, UPSTREAM_URL: emulator.url };
      const gateway = runScript('src/main.ts', [], { ...Object.fromEntries(environment), ...addresses });
      running.push(gateway);
      const [, origin = ''] = await gateway.printed(/listens on (\S+)/);
      emulator.control.clearLog();
      const page = await readPage(origin, token, after);
      expect(page.edges).toHaveLength(20);
      after = page.pageInfo.endCursor;
      // A page costs one call: the second one continues the scroll of the other gateway.
      expect(
        emulator.control
          .calls()
          .map(({ route }) => route)
          .filter((route) => route === 'contacts'),
      ).toHaveLength(1);
      const health = await (await fetch(`http://127.0.0.1:${METRICS_PORT}/healthz`)).json();
      expect(health).toMatchObject({ valkey: { up: true } });
    }
  } finally {
    for (const { child } of running) child.kill('SIGKILL');
    await emulator.close();
  }
}, 240_000);

type Page = { edges: unknown[]; pageInfo: { endCursor: string } };

async function readPage(origin: string, token: string, after: string | null): Promise<Page> {
  const query =
    'query ($after: String) { contacts(first: 20, after: $after) { edges { node { cid } } pageInfo { endCursor } } }';
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { after } }),
  });
  const { data, errors } = await response.json();
  expect(errors).toBeUndefined();
  return data.contacts;
}
