import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { jwtEnvironment } from '../support/jwt-gateway.ts';
import { type RunningProcess, runScript } from '../support/process.ts';
import { startRedis } from '../support/redis.ts';
import { parseMetrics } from '../support/samples.ts';

/** Prints a line when the process loads prom-client. */
const hooks = `import { registerHooks } from 'node:module';
registerHooks({ resolve(name, context, next) {
  if (name === 'prom-client') process.stderr.write('prom-client is loaded\\n');
  return next(name, context);
} });`;
const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(hooks)}`;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function start(env: Record<string, string>): RunningProcess {
  const started = runScript('src/main.ts', [], { PORT: '0', NODE_OPTIONS, ...env });
  cleanUps.push(() => started.child.kill('SIGKILL') && started.exited);
  return started;
}

async function startOperator(env: Record<string, string>) {
  const gateway = start({ METRICS_PORT: '0', ...env });
  const [, operatorUrl = ''] = await gateway.printed(/"url":"(http:[^"]+)","msg":"metrics and the health report/);
  const [, url = ''] = await gateway.printed(/Try +curl (\S+)/);
  return {
    ...{ ...gateway, url },
    scrape: async () => parseMetrics(await (await fetch(`${operatorUrl}/metrics`)).text()),
    health: async () => (await fetch(`${operatorUrl}/healthz`)).json(),
  };
}

const post = (url: string, query: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  }).then((response) => response.text());

describe('a process', () => {
  test('with METRICS_PORT shows its metrics and its version, and stops with this server open', async () => {
    const gateway = await startOperator({});
    await post(gateway.url, 'query Seen { contacts(first: 1) { nodes { cid } } }');
    const samples = await gateway.scrape();
    expect(samples.value('contactgraph_operations_total{operation="Seen",type="query",code="OK"}')).toBe(1);
    expect(samples.value('contactgraph_upstream_attempts_total{endpoint="contacts",status_class="2xx"}')).toBe(1);
    expect(await gateway.health()).toMatchObject({ status: 'ok', versions: { contactgraph: '0.2.0' } });
    gateway.child.kill('SIGTERM');
    expect(await gateway.exited).toBe(0);
    expect(gateway.stderr()).toContain('prom-client is loaded');
  });

  test('without METRICS_PORT does not even load prom-client', async () => {
    const gateway = start({});
    const [, url = ''] = await gateway.printed(/Try +curl (\S+)/);
    await post(url, '{ contacts(first: 1) { nodes { cid } } }');
    expect(gateway.stdout() + gateway.stderr()).not.toMatch(/prom-client|metrics and the health report/);
  });

  test('ends with a message where another process has the METRICS_PORT, before it serves requests', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    cleanUps.push(() => other.close());
    await once(other, 'listening');
    const address = other.address();
    const gateway = start({ METRICS_PORT: String(typeof address === 'object' ? address?.port : address) });
    expect(await gateway.exited).toBe(1);
    expect(gateway.stderr()).toMatch(/Contactgraph cannot start:\n.*EADDRINUSE/);
    expect(gateway.stdout()).not.toContain('listens on');
  });
});

test('the keys of the issuer are shown with their age, and a gateway without any is failing', async () => {
  const emulator = await startEmulator({ contacts: 5 });
  const issuer: Issuer = await startIssuer();
  cleanUps.push(emulator.close, issuer.close);
  const withKeys = await startOperator(jwtEnvironment(emulator, issuer));
  const samples = await withKeys.scrape();
  expect(samples.value('contactgraph_jwks_fetches_total{result="succeeded"}')).toBe(1);
  expect(samples.all.has('contactgraph_jwks_age_seconds')).toBe(true);
  expect(await withKeys.health()).toMatchObject({
    status: 'ok',
    issuerKeys: { usable: true, ageSeconds: expect.any(Number) },
  });
  issuer.fault('down');
  const without = await startOperator(jwtEnvironment(emulator, issuer));
  const failed = await without.scrape();
  expect(failed.value('contactgraph_jwks_fetches_total{result="failed"}')).toBeGreaterThan(0);
  expect(failed.all.has('contactgraph_jwks_age_seconds')).toBe(false);
  expect(await without.health()).toMatchObject({
    status: 'failing',
    reasons: ['there are no usable keys of the issuer: no access token can be verified'],
  });
});

test('an outage of Valkey is shown from the first command that fails to the first that succeeds', async () => {
  const emulator = await startEmulator({ contacts: 60 });
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  probe.close();
  await once(probe, 'close');
  const redis = await startRedis('--port', port, '--bind', '127.0.0.1');
  cleanUps.push(emulator.close, redis.close);
  const gateway = await startOperator({
    ...{ UPSTREAM_URL: emulator.url, VALKEY_URL: `redis://127.0.0.1:${port}` },
    CURSOR_KEYS: Buffer.alloc(32, 7).toString('base64'),
  });
  const up = async () => (await gateway.scrape()).all.get('contactgraph_valkey_up');
  expect(await up()).toBe(1);
  await redis.kill();
  while ((await up()) !== 0);
  expect(await gateway.health()).toMatchObject({ reasons: ['Valkey does not answer'], valkey: { up: false } });
});
