import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { startEmulator } from '../emulator/emulator.ts';
import { startIssuer } from './support/issuer.ts';
import { jwtEnvironment } from './support/jwt-gateway.ts';
import { post, start } from './support/main-process.ts';

describe('npm start prints how to use the gateway', () => {
  test('npm start prints the URL of GraphiQL, and a curl command that is answered', async () => {
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

  test('npm start against a real upstream prints no secret, and hides the schema in production', async () => {
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

  test('npm start behind a proxy prints no password of it, and a warning about ranges in NO_PROXY, which match no host', async () => {
    const gateway = start({
      UPSTREAM_URL: 'https://upstream.invalid',
      HTTPS_PROXY: 'http://name:canary@127.0.0.1:9',
      NO_PROXY: 'localhost,10.0.0.0/8',
    });
    await gateway.printed(/Try/);
    expect(gateway.stdout()).toContain('NO_PROXY has entries that match no host');
    expect(gateway.stdout() + gateway.stderr()).not.toContain('canary');
  });
});

describe('JWT mode needs the JWKS of the issuer', () => {
  test('JWT mode accepts the tokens of an issuer until SIGTERM, and prints no secret', async () => {
    const [emulator, issuer] = [await startEmulator({ contacts: 10 }), await startIssuer()];
    const gateway = start(jwtEnvironment(emulator, issuer));
    const [, url = ''] = await gateway.printed(/Contactgraph \(jwt\) listens on (http:\/\/127\.0\.0\.1:\d+)/);
    await gateway.printed(/Bearer <token>/);
    expect(gateway.stdout()).toContain(`Tokens     of ${issuer.url} for other or contactgraph\n`);
    const token = await issuer.token({ organization_id: emulator.organizationId, scope: 'customer_read' });
    const query = '{ contacts(first: 1) { totalCount } }';
    const statuses = [await post(url, query, token), await post(url, query, 'none'), await post(url, query)];
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

  test("JWT mode is not ready, and logs why, until the issuer's JWKS can be fetched", async () => {
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

describe('the process warns about cursor keys that do not last', () => {
  test('without CURSOR_KEYS a warning says that cursors will not survive a restart', async () => {
    const gateway = start();
    await gateway.printed(/will not survive a restart/);
    expect(gateway.stdout().match(/CURSOR_KEYS/g)).toHaveLength(1);
  });

  test('the keys of cursors and the address of Valkey are never printed, and lists are served without Valkey', async () => {
    const key = Buffer.from('canary'.padEnd(32)).toString('base64');
    const gateway = start({ CURSOR_KEYS: key, VALKEY_URL: 'redis://:canary@127.0.0.1:9' });
    const [, url = ''] = await gateway.printed(/(http:\/\/127\.0\.0\.1:\d+)\/graphql/);
    const response = await post(url, '{ contacts(first: 1) { pageInfo { endCursor } } }');
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

describe('a wrong configuration stops the start', () => {
  test('a wrong configuration stops the start with every problem, without a stack trace', async () => {
    const gateway = start({ PORT: 'x', LOG_LEVEL: 'y' });
    expect(await gateway.exited).toBe(1);
    expect(gateway.stderr()).toBe(
      'Contactgraph cannot start:\n' +
        '  - PORT is a whole number from 0 to 65535.\n' +
        '  - LOG_LEVEL is fatal, error, warn, info, debug, trace or silent.\n',
    );
  });

  test('demo mode with an UPSTREAM_URL stops the start', async () => {
    const gateway = start({ AUTH_MODE: 'demo', UPSTREAM_URL: 'http://127.0.0.1:9' });
    expect(await gateway.exited).toBe(1);
    expect(gateway.stderr()).toContain('AUTH_MODE demo serves the embedded emulator only');
  });

  test('an address that cannot be listened on stops the start without a stack trace', async () => {
    const gateway = start({ HOST: '203.0.113.1' });
    expect(await gateway.exited).toBe(1);
    expect(gateway.stderr()).toMatch(/^Contactgraph cannot start:\n {2}- /);
    expect(gateway.stderr()).not.toMatch(/^\s+at /m);
  });
});

test('the connection of a client that sends its headers too slowly is closed', async () => {
  const gateway = start();
  const [, port = ''] = await gateway.printed(/127\.0\.0\.1:(\d+)/);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined).resume();
  socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\n');
  await once(socket, 'close'); // This takes ten seconds, and a minute with Node's default.
}, 55_000);
