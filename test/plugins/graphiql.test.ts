import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Kind, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExamples } from '../../src/plugins/graphiql/examples.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 50 } });
});
afterAll(() => stack.close());

const get = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  stack.gateway.fetch(`http://gateway${path}`, { method, headers });
const getPage = (headers: Record<string, string> = {}, method = 'GET') =>
  get('/graphql', { accept: 'text/html,*/*;q=0.8', ...headers }, method);

async function scriptPath(): Promise<string> {
  const html = await (await getPage()).text();
  return html.match(/<script nonce="[^"]+" src="([^"]+)">/)?.[1] ?? '';
}

describe('the GraphiQL page', () => {
  it('the GraphiQL page with its tabs is answered to a browser', async () => {
    const response = await getPage();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('query ContactAtAGlance');
  });

  it('the GraphiQL page names no other host', async () => {
    const html = await (await getPage()).text();
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/(src|href)="?(https?:)?\/\//);
  });

  it('the GraphiQL page allows only its own two scripts, by a nonce that no other response has', async () => {
    const [first, second] = [await getPage(), await getPage()];
    const policy = first.headers.get('content-security-policy') ?? '';
    const [, nonce = ''] = /^default-src 'none'; script-src 'nonce-([\w+/]{22}==)'; /.exec(policy) ?? [];
    expect(policy).toContain("connect-src 'self'; worker-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    const html = await first.text();
    expect(html.match(/<script\b/g)).toHaveLength(2);
    expect(html.split(`<script nonce="${nonce}"`)).toHaveLength(3);
    expect(second.headers.get('content-security-policy')).not.toContain(nonce);
    expect(await second.text()).not.toContain(nonce);
  });

  it('the GraphiQL page is in no cache, because its nonce is good for one response', async () => {
    const { headers } = await getPage();
    expect([headers.get('cache-control'), headers.get('etag'), headers.get('vary')]).toEqual([
      'no-store',
      null,
      'accept',
    ]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect((await getPage({ 'if-none-match': '*' })).status).toBe(200);
  });

  it('the GraphiQL page has the same headers for HEAD as for GET, except for the nonce', async () => {
    const id = { 'x-request-id': 'the-same' };
    const [head, whole] = [await getPage(id, 'HEAD'), await getPage(id)];
    expect(await head.text()).toBe('');
    const headersOf = ({ headers }: Response) =>
      [...headers].map(([name, value]) => [name, value.replace(/'nonce-[^']+'/, 'nonce')]);
    expect(headersOf(head)).toEqual(headersOf(whole));
  });

  it('the GraphiQL plugin does not answer any other request', async () => {
    const headers = { accept: 'application/json', 'graphql-require-preflight': '1' };
    const response = await get('/graphql?query=%7B__typename%7D', headers);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
    expect((await get('/elsewhere', { accept: 'text/html' })).status).toBe(404);
    expect((await get('/graphql/assets/unknown.js')).status).toBe(404);
  });
});

describe('the panel with upstream calls', () => {
  const modulePath = (html: string) => html.match(/from '(\/graphql\/assets\/\w+\/main\.js)'/)?.[1];

  it('the modules of the panel are served beside each other, as JavaScript that is cached without a time limit', async () => {
    const path = modulePath(await (await getPage()).text()) ?? '';
    const main = await get(path);
    expect(main.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(main.headers.get('cache-control')).toContain('immutable');
    const imports = [...(await main.text()).matchAll(/ from '\.\/([\w-]+\.js)'/g)].map(([, name]) => name);
    expect(imports).toContain('panel.js');
    for (const name of imports) expect((await get(path.replace('main.js', name ?? ''))).status).toBe(200);
  });

  it('where operations are not explained, the page has no panel', async () => {
    const silent = await startGateway({ emulator: { contacts: 1 }, env: { EXPLAIN: 'false' } });
    const response = await silent.gateway.fetch('http://gateway/graphql', { headers: { accept: 'text/html' } });
    expect(modulePath(await response.text())).toBeUndefined();
    await silent.close();
  });
});

describe("GraphiQL's assets", () => {
  it.each([
    ['br', 'gzip, deflate, br, zstd', brotliDecompressSync],
    ['gzip', 'gzip, br;q=0', gunzipSync],
    [null, '', (bytes: Uint8Array) => bytes],
  ] as const)(
    'assets of GraphiQL have the content encoding %s when the browser accepts "%s"',
    async (encoding, accepted, decode) => {
      const response = await get(await scriptPath(), { 'accept-encoding': accepted });
      const bytes = await response.bytes();
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(response.headers.get('content-length')).toBe(`${bytes.length}`);
      expect(response.headers.get('vary')).toBe('accept-encoding');
      expect(decode(bytes).length).toBeGreaterThan(5_000_000);
    },
  );

  it('assets of GraphiQL are cached without a time limit and have one ETag for each encoding', async () => {
    const path = await scriptPath();
    const [br, gzip] = [await get(path, { 'accept-encoding': 'br' }), await get(path, { 'accept-encoding': 'gzip' })];
    const etag = br.headers.get('etag') ?? '';
    expect(br.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(etag).not.toBe(gzip.headers.get('etag'));
    expect((await get(path, { 'accept-encoding': 'br', 'if-none-match': etag })).status).toBe(304);
  });
});

describe('the examples', () => {
  it('the examples are read in the order of their numbers', () => {
    const names = readExamples().map(({ name }) => name);
    expect(names[0]).toBe('01-contact');
    expect(names).toEqual(names.toSorted());
  });

  it.each(readExamples())(
    'the example $name contains one operation, whose name is the title of its tab',
    ({ query }) => {
      const operations = parse(query).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
      expect(operations).toEqual([expect.objectContaining({ name: expect.anything() })]);
    },
  );
});
