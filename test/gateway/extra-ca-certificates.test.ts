// An upstream whose certificate is of a company's own authority, which NODE_EXTRA_CA_CERTS adds to those that Node trusts.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { makeCertificates } from '../faults/support/certificates.ts';
import { type NetworkProxy, startNetworkProxy } from '../faults/support/network-proxy.ts';
import { problemsOf } from '../support/config.ts';
import { startHttpProxy } from '../support/http-proxy.ts';
import { logIn } from '../support/passthrough-gateway.ts';
import { type RunningProcess, runScript } from '../support/process.ts';

const { authority, good } = makeCertificates();
const folder = mkdtempSync(join(tmpdir(), 'contactgraph-'));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a gateway whose upstream has a certificate of another authority', () => {
  let emulator: Emulator;
  let upstream: NetworkProxy;
  let gateway: RunningProcess;
  afterEach(async () => {
    gateway.child.kill('SIGKILL');
    await gateway.exited;
    await upstream.close();
    await emulator.close();
  });

  /** Starts the process, and returns its response to a query for one contact. */
  async function query(env: Record<string, string>): Promise<{ data: unknown; errors?: [{ extensions: object }] }> {
    emulator = await startEmulator({ contacts: 10 });
    upstream = await startNetworkProxy(good);
    upstream.forwardTo(emulator.url);
    gateway = runScript('src/main.ts', [], { PORT: '0', UPSTREAM_URL: upstream.url, ...env });
    const [, url] = await gateway.printed(/listens on (\S+)/);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await logIn(emulator, demo)}` },
      body: JSON.stringify({ query: `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }` }),
    });
    return (await response.json()) as Awaited<ReturnType<typeof query>>;
  }

  test('a gateway reaches its upstream when NODE_EXTRA_CA_CERTS names the certificate of the authority', async () => {
    const env = { NODE_EXTRA_CA_CERTS: write('authority.pem', authority) };
    expect(await query(env)).toEqual({ data: { contact: { firstName: 'Ada' } } });
  });

  test('a gateway reaches its upstream through the tunnel of a proxy as well', async () => {
    const proxy = await startHttpProxy();
    const env = { NODE_EXTRA_CA_CERTS: write('authority.pem', authority), HTTPS_PROXY: proxy.url };
    expect(await query(env)).toEqual({ data: { contact: { firstName: 'Ada' } } });
    expect(new Set(proxy.requests)).toEqual(new Set([`CONNECT ${new URL(upstream.url).host}`]));
    await proxy.close();
  });

  test('the upstream is UPSTREAM_UNAVAILABLE without the variable', async () => {
    const { data, errors } = await query({});
    expect(data).toBeUndefined(); // The first call is for the service of the token.
    expect(errors?.[0].extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
    expect(emulator.control.calls().map(({ path }) => path)).toEqual([expect.stringContaining('login')]);
  });
});

describe('NODE_EXTRA_CA_CERTS', () => {
  test.each([
    ['one certificate', authority],
    ['several certificates with text between them', `# a comment\n${authority}\nanother\n${good.cert}`],
    ['line ends of Windows', authority.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${authority}`],
  ])('NODE_EXTRA_CA_CERTS may name a file with %s', (_, content) => {
    expect(problemsOf({ NODE_EXTRA_CA_CERTS: write('good.pem', content) })).toEqual([]);
  });

  test('NODE_EXTRA_CA_CERTS counts as unset when it is empty', () => {
    expect(problemsOf({ NODE_EXTRA_CA_CERTS: '' })).toEqual([]);
  });

  test.each([
    ['no file', join(folder, 'absent.pem'), /cannot be read/],
    ['a folder', folder, /cannot be read/],
    ['a path with a line end', `${write('authority.pem', authority)}\n`, /cannot be read/],
    ['a path in quotation marks', `"${write('authority.pem', authority)}"`, /cannot be read/],
    ['white space', ' ', /cannot be read/],
    ['an empty file', write('empty.pem', ''), /has no certificate/],
    ['a file with a key only', write('key.pem', good.key), /has no certificate/],
    ['a certificate in UTF-16', write('utf16.pem', Buffer.from(authority, 'utf16le')), /has no certificate/],
    [
      'a certificate that is not PEM',
      write('a.der', Buffer.from(authority.slice(28, -27), 'base64')),
      /no certificate/,
    ],
    ['indented certificates', write('indented.pem', authority.replace(/^/gm, '  ')), /has no certificate/],
    ['a certificate that is cut off', write('cut.pem', authority.slice(0, 200)), /as number 1 of 1/],
    [
      'a broken certificate behind a good one',
      write('half.pem', `${authority}${authority.replace('MII', 'AAA')}`),
      /as number 2 of 2/,
    ],
  ])('NODE_EXTRA_CA_CERTS stops the start when it names %s', (_, path, reason) => {
    const [problem = '', ...others] = problemsOf({ NODE_EXTRA_CA_CERTS: path });
    expect(problem).toMatch(/^NODE_EXTRA_CA_CERTS names a file that /);
    expect(problem).toMatch(reason);
    expect(others).toEqual([]);
  });

  test('a certificate file that cannot be read ends the process with 1 and the reason', async () => {
    const { exited, stderr } = runScript('src/main.ts', [], { PORT: '0', NODE_EXTRA_CA_CERTS: join(folder, 'absent') });
    expect(await exited).toBe(1);
    expect(stderr()).toContain('- NODE_EXTRA_CA_CERTS names a file that cannot be read');
  });
});
