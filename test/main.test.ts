import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { startEmulator } from '../emulator/emulator.ts';
import { startIssuer } from './support/issuer.ts';
import { jwtEnvironment } from './support/jwt-gateway.ts';
import { type RunningProcess, runScript } from './support/process.ts';

const running: RunningProcess[] = [];
function start(env: Record<string, string> = {}): RunningProcess {
  const started = runScript('src/main.ts', [], { PORT: '0', ...env });
  running.push(started);
  return started;
}
afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
});

const ask = (url: string, query: string, token?: string) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });

describe('npm start', () => {
  test('prints where GraphiQL is and a query that gives its answer', async () => {
    const gateway = start();
    const [, url = ''] = await gateway.printed(/GraphiQL +(http:\/\/127\.0\.0\.1:\d+)\/graphql/);
    const [, body = ''] = await gateway.printed(/-d '(.*)'/);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await response.json()).toMatchObject({
      data: { contact: { firstName: 'Ada', events: { nodes: expect.any(Array) } } },
    });
    const page = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toContain('text/html');
  });

  test('against a real upstream never prints secrets, and hides the schema in production', async () => {
    const gateway = start({
      UPSTREAM_URL: 'http://127.0.0.1:9',
      NODE_ENV: 'production',
      UPSTREAM_CLIENT_KEY: 'ck-1',
      UPSTREAM_CLIENT_SECRET: 'canary',
    });
    await gateway.printed(/Try/);
    expect(gateway.stdout()).not.toContain('GraphiQL');
    expect(gateway.stdout() + gateway.stderr()).not.toContain('canary');
  });
});

describe('JWT mode', () => {
  test('serves the tokens of an issuer from the start to SIGTERM, and prints no secret', async () => {
    const [emulator, issuer] = [await startEmulator({ contacts: 10 }), await startIssuer()];
    const gateway = start(jwtEnvironment(emulator, issuer));
    const [, url = ''] = await gateway.printed(/Contactgraph \(jwt\) listens on (http:\/\/127\.0\.0\.1:\d+)/);
    await gateway.printed(/Bearer <token>/);
    expect(gateway.stdout()).toContain(`Tokens     of ${issuer.url} for other or contactgraph\n`);
    const token = await issuer.token({ organization_id: emulator.organizationId, scope: 'customer_read' });
    const query = '{ contacts(first: 1) { totalCount } }';
    const statuses = [await ask(url, query, token), await ask(url, query, 'none'), await ask(url, query)];
    expect(statuses.map(({ status }) => status)).toEqual([200, 401, 401]);
    expect(await statuses[0]?.json()).toEqual({ data: { contacts: { totalCount: expect.any(Number) } } });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    gateway.child.kill('SIGTERM');
    expect(await gateway.exited).toBe(0);
    const printed = gateway.stdout() + gateway.stderr();
    expect(printed).not.toContain(emulator.clientSecret);
    expect(printed).not.toContain(token.slice(-20));
    await issuer.close();
    await emulator.close();
  });

  test('without keys is not ready and says so, until they are there', async () => {
    const [emulator, issuer] = [await startEmulator({ contacts: 10 }), await startIssuer()];
    issuer.fault('down');
    const gateway = start(jwtEnvironment(emulator, issuer));
    const [, url = ''] = await gateway.printed(/listens on (http:\/\/127\.0\.0\.1:\d+)/);
    expect(gateway.stdout()).toContain('"reason":"status 503"');
    const readiness = await fetch(`${url}/readyz`);
    expect([readiness.status, await readiness.text()]).toEqual([503, '']);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    issuer.fault(undefined);
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 9_000 }).toBe(200);
    await issuer.close();
    await emulator.close();
  });
});

describe('cursors', () => {
  test('are announced to end with the process when it makes their key', async () => {
    const gateway = start();
    await gateway.printed(/will not survive a restart/);
    expect(gateway.stdout().match(/CURSOR_KEYS/g)).toHaveLength(1);
  });

  test('are sealed with a key that is never printed, and served without Valkey, whose address is not printed', async () => {
    const key = Buffer.from('canary'.padEnd(32)).toString('base64');
    const gateway = start({ CURSOR_KEYS: key, VALKEY_URL: 'redis://:canary@127.0.0.1:9' });
    const [, url = ''] = await gateway.printed(/(http:\/\/127\.0\.0\.1:\d+)\/graphql/);
    const response = await ask(url, '{ contacts(first: 1) { pageInfo { endCursor } } }');
    expect(await response.json()).toMatchObject({
      data: { contacts: { pageInfo: { endCursor: expect.any(String) } } },
    });
    await gateway.printed(/ECONNREFUSED/);
    gateway.child.kill('SIGTERM');
    expect(await gateway.exited).toBe(0);
    const printed = gateway.stdout() + gateway.stderr();
    expect(printed.match(/VALKEY_URL does not answer/g)).toHaveLength(1);
    expect(printed).not.toContain('CURSOR_KEYS is not set');
    expect(printed).not.toMatch(new RegExp(`canary|127.0.0.1:9\\b|${key.slice(0, 8)}`));
  });
});

describe('a wrong configuration', () => {
  test('stops the start with every problem, in words and without a stack', async () => {
    const gateway = start({ PORT: 'x', LOG_LEVEL: 'y' });
    expect(await gateway.exited).toBe(1);
    expect(gateway.stderr()).toBe(
      'Contactgraph cannot start:\n' +
        '  - PORT is a whole number from 0 to 65535.\n' +
        '  - LOG_LEVEL is fatal, error, warn, info, debug, trace or silent.\n',
    );
  });

  test('of the demo against anything but its own emulator stops the start', async () => {
    const gateway = start({ AUTH_MODE: 'demo', UPSTREAM_URL: 'http://127.0.0.1:9' });
    expect(await gateway.exited).toBe(1);
    expect(gateway.stderr()).toContain('AUTH_MODE demo serves the embedded emulator only');
  });

  test('of the address is told in the same words', async () => {
    const gateway = start({ HOST: '203.0.113.1' });
    expect(await gateway.exited).toBe(1);
    expect(gateway.stderr()).toMatch(/^Contactgraph cannot start:\n {2}- /);
    expect(gateway.stderr()).not.toMatch(/^\s+at /m);
  });
});

describe('SIGTERM', () => {
  test('lets what is in flight finish, takes nothing new, and ends with 0', async () => {
    const emulator = await startEmulator({ contacts: 10 });
    emulator.control.latency(600);
    const gateway = start({ UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId });
    const [, url = ''] = await gateway.printed(/(http:\/\/127\.0\.0\.1:\d+)\/graphql/);
    const answer = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer anything' },
      body: JSON.stringify({ query: `{ contact(by: {cid: "nobody"}) { cid } }` }),
    });
    await expect.poll(() => emulator.control.loggedInFlight()).toBe(1);
    gateway.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(ask(url, '{ __typename }')).rejects.toThrow();
    expect((await answer).status).toBe(200);
    expect(await gateway.exited).toBe(0);
    await emulator.close();
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)('an idle gateway ends with 0 on %s', async (signal) => {
  const gateway = start({ UPSTREAM_URL: 'http://127.0.0.1:9' });
  const [, url = ''] = await gateway.printed(/(http:\/\/127\.0\.0\.1:\d+)/);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  gateway.child.kill(signal);
  expect(await gateway.exited).toBe(0);
});

test('a second signal ends at once what the first one waits for', async () => {
  const emulator = await startEmulator({ contacts: 10 });
  emulator.control.fault({ path: '/customers/', kind: 'hang' });
  const gateway = start({ UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId });
  const [, port = ''] = await gateway.printed(/127\.0\.0\.1:(\d+)/);
  const lost = fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer anything' },
    body: JSON.stringify({ query: '{ contact(by: {cid: "nobody"}) { cid } }' }),
  }).catch(() => 'lost');
  await expect.poll(() => emulator.control.loggedInFlight()).toBe(1);
  gateway.child.kill('SIGTERM');
  // Only when the first one is being obeyed is the next one a second.
  await expect
    .poll(() =>
      fetch(`http://127.0.0.1:${port}/livez`).then(
        () => 'open',
        () => 'closed',
      ),
    )
    .toBe('closed');
  gateway.child.kill('SIGTERM');
  expect(await gateway.exited).toBe('SIGTERM');
  expect(await lost).toBe('lost');
  await emulator.close();
});

test('a client that sends its headers too slowly is cut off', async () => {
  const gateway = start();
  const [, port = ''] = await gateway.printed(/127\.0\.0\.1:(\d+)/);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined).resume();
  socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\n');
  await once(socket, 'close'); // after ten seconds, where Node's own default is a minute
}, 20_000);
