import { createHook } from 'node:async_hooks';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { createCompression } from '../../src/http/compression.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { exchange } from '../support/raw-exchange.ts';

/** Starts a gateway with a server; the returned function posts a document with lines of headers. */
async function serve(env: Record<string, string>) {
  const stack: TestGateway = await startGateway({ emulator: { contacts: 200 }, env });
  const server: HttpServer = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  return {
    stack,
    post: (query: string, ...lines: string[]) =>
      exchange(server.url, {
        lines: ['content-type: application/json', 'x-request-id: one', ...lines],
        body: JSON.stringify({ query }),
      }),
    async close() {
      await server.stop(0);
      await stack.close();
    },
  };
}

const decoders = { br: brotliDecompressSync, gzip: gunzipSync, identity: (bytes: Buffer) => bytes };
const page = '{ contacts(first: 100) { nodes { id cid firstName lastName email } } }';
const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');
/** Fields that make an answer longer than the least length. */
const long = Array.from({ length: 40 }, (_, n) => `contactIdentifier${n}: cid`).join(' ');

describe.each(['all', 'none'])('with ACCELERATORS=%s', (accelerators) => {
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    served = await serve({ ACCELERATORS: accelerators, COMPRESS_FROM_BYTES: '1000' });
  });
  afterAll(() => served.close());

  test.each<[string, keyof typeof decoders]>([
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['br', 'br'],
    ['GZIP, deflate, BR, zstd', 'br'],
    ['gzip, br;q=0.5', 'gzip'],
    ['gzip;q=0.5, br;q=0.5', 'br'],
    ['br;q=0, *', 'gzip'],
    ['*;q=0.1', 'br'],
    ['identity;q=0.5, gzip;q=0.2', 'identity'],
    ['identity, gzip', 'gzip'],
    ['identity;q=0', 'identity'],
    ['gzip;q=0', 'identity'],
    ['deflate', 'identity'],
    ['', 'identity'],
    [';q=x', 'identity'],
  ])('a client that accepts %j gets the same text in %s, the first and the second time', async (accepted, coding) => {
    const plain = await served.post(page);
    expect(plain.bytes.length).toBeGreaterThan(10_000);
    for (const answer of [
      await served.post(page, `accept-encoding: ${accepted}`),
      await served.post(page, `accept-encoding: ${accepted}`),
    ]) {
      const {
        'content-length': length,
        'content-encoding': encoding = 'identity',
        date: _,
        ...headers
      } = answer.headers;
      expect(decoders[coding](answer.bytes).toString()).toBe(plain.body);
      expect([encoding, Number(length)]).toEqual([coding, answer.bytes.length]);
      const { 'content-length': __, date: ___, ...plainHeaders } = plain.headers;
      expect(headers).toEqual(plainHeaders);
      expect(headers).toMatchObject({ vary: 'accept-encoding', 'x-request-id': 'one' });
      if (coding !== 'identity') expect(answer.bytes.length).toBeLessThan(plain.bytes.length / 2);
    }
  });

  test('a short answer is not compressed, and does not depend on what the client accepts', async () => {
    const { headers } = await served.post('{ viewer { scopes } }', 'accept-encoding: gzip');
    expect([headers['content-encoding'], headers['vary']]).toEqual([undefined, undefined]);
  });

  test('a refused document is not compressed, however long the answer is', async () => {
    const fields = Array.from({ length: 100 }, (_, n) => `unknown${n}`.padEnd(60, 'x')).join(' ');
    const answer = await served.post(`{ ${fields} }`, 'accept-encoding: gzip');
    expect(JSON.parse(answer.body).errors.length).toBeGreaterThan(1);
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  test.each([
    [
      'a contact token',
      `issueContactToken(input: {id: "${id}", expiresIn: 60, hits: 1}) { token contact { ${long} } }`,
    ],
    [
      'an activation URL under an alias',
      `issueContactToken(input: {id: "${id}", expiresIn: 60, hits: 1}) { a: activationUrl contact { ${long} } }`,
    ],
    [
      'a password in a fragment',
      `createContact(input: {source: API, email: "long@example.com", policies: {privacy: true, termsOfUse: true}}) { ...A contact { ${long} } } } fragment A on CreateContactPayload { password `,
    ],
    [
      'a session that an unused part of the document would return',
      `updateContact(input: {id: "${id}", firstName: "Ada"}) { contact { ${long} } } } mutation B { renewContactSession { session } `,
    ],
  ])('an answer with %s is not compressed, the first and the second time', async (_, fields) => {
    for (let n = 0; n < 2; n += 1) {
      const query = `mutation A { ${fields} }`;
      const body = JSON.stringify({ query, operationName: 'A' });
      const { body: answer, headers } = await exchangeWith(body);
      expect(JSON.parse(answer).errors).toBeUndefined();
      expect(answer.length).toBeGreaterThan(1_000);
      expect([headers['content-encoding'], headers['vary']]).toEqual([undefined, undefined]);
    }
  });

  async function exchangeWith(body: string) {
    const server = await startHttpServer(served.stack.gateway.listener, '127.0.0.1', 0);
    const lines = ['content-type: application/json', 'accept-encoding: gzip, br'];
    const answer = await exchange(server.url, { lines, body });
    await server.stop(0);
    return answer;
  }
});

test('nothing is compressed with COMPRESS_FROM_BYTES=0', async () => {
  const served = await serve({ COMPRESS_FROM_BYTES: '0' });
  const { headers } = await served.post(page, 'accept-encoding: gzip');
  expect([headers['content-encoding'], headers['vary']]).toEqual([undefined, undefined]);
  await served.close();
});

test('an answer that requests share is compressed once for each coding', async () => {
  const served = await serve({ ACCELERATORS: 'all', COMPRESS_FROM_BYTES: '1000' });
  const contact = `{ contact(by: {cid: "${demo.contactId}"}) { ${long} } }`;
  await served.post(contact);
  served.stack.emulator.control.latency({ pattern: '.', ms: 500 });
  let compressions = 0;
  const hook = createHook({
    init(_, type) {
      if (type === 'ZLIB') compressions += 1;
    },
  }).enable();
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) => served.post(contact, `accept-encoding: ${n % 2 === 0 ? 'gzip' : 'br'}`)),
  );
  hook.disable();
  const texts = answers.map(({ bytes }, n) =>
    (n % 2 === 0 ? gunzipSync(bytes) : brotliDecompressSync(bytes)).toString(),
  );
  expect(new Set(texts).size).toBe(1);
  expect(compressions).toBe(2);
  await served.close();
});

describe('the bound of the compression', () => {
  const bodyOf = (bytes: number) => Buffer.alloc(bytes, 'x');

  test('three bodies are compressed at once, and a further one is not, until one of them is done', async () => {
    const compress = createCompression();
    const pending = [1, 2, 3].map(() => compress(bodyOf(100_000), 'gzip'));
    expect(compress(bodyOf(100_000), 'gzip')).toBeUndefined();
    for (const body of await Promise.all(pending)) expect(body?.length).toBeLessThan(1_000);
    expect(await compress(bodyOf(100_000), 'br')).toBeInstanceOf(Buffer);
  });

  test('bodies of 16 MiB together are compressed at once, and one that does not fit is not', async () => {
    const compress = createCompression();
    const large = compress(bodyOf(16 * 2 ** 20), 'gzip');
    expect(compress(bodyOf(1), 'gzip')).toBeUndefined();
    expect(await large).toBeInstanceOf(Buffer);
    expect(compress(bodyOf(16 * 2 ** 20 + 1), 'gzip')).toBeUndefined();
  });

  test('a body that does not get smaller is sent as it is', async () => {
    expect(await createCompression()(Buffer.from('x'), 'gzip')).toBeUndefined();
  });
});
