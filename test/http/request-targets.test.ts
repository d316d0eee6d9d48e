/**
 * Request targets and request lines of every form: whatever bytes a client sends, the response is one of HTTP's own, without
 * a stack, a file path or a name of a class, and the gateway serves the next request. Both paths are tested.
 */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { requestLines } from './support/request-lines.ts';

type Served = { stack: TestGateway; server: HttpServer };

const served = new Map<string, Served>();
beforeAll(async () => {
  for (const accelerators of ['all', 'none']) {
    const stack = await startGateway({ emulator: { contacts: 10 }, env: { ACCELERATORS: accelerators } });
    served.set(accelerators, { stack, server: await startHttpServer(stack.gateway.listener, '127.0.0.1', 0) });
  }
});
afterAll(async () => {
  for (const { stack, server } of served.values()) {
    await server.stop(0);
    await stack.close();
  }
});

/** Sends bytes on a connection of their own and returns all that comes back, one character for each byte. */
async function exchange(accelerators: string, bytes: string): Promise<string> {
  const { port } = new URL(served.get(accelerators)?.server.url ?? '');
  const socket = connect(Number(port), '127.0.0.1').setEncoding('latin1');
  socket.on('error', () => undefined); // a reset ends the exchange like an orderly end
  socket.write(bytes, 'latin1');
  return text(socket).catch(() => '');
}

/** A request line, with the headers that end the connection after the response. */
const line = (start: string, ...headers: string[]) =>
  [start, 'host: gateway', 'connection: close', ...headers, '', ''].join('\r\n');

const leaks = /\bat [\w.<]+ ?\(|\.(?:ts|js|mjs)\b|node_modules|TypeError|Invalid URL|ERR_/;

function parse(response: string) {
  const [, status = '0', rest = ''] = /^HTTP\/1\.1 (\d{3})(.*)$/s.exec(response) ?? [];
  const [, allow] = /\r\nallow: ([^\r]*)/i.exec(rest) ?? [];
  const end = rest.indexOf('\r\n\r\n');
  return { status: Number(status), allow, body: rest.slice(end + 4) };
}

describe.each(['all', 'none'])('with ACCELERATORS=%s', (accelerators) => {
  const send = async (bytes: string) => {
    const response = await exchange(accelerators, bytes);
    expect(response).not.toMatch(leaks);
    return parse(response);
  };

  test.each(requestLines)('the request line %j is answered with %i', async (start, status) => {
    expect(await send(line(start))).toMatchObject({ status });
    expect(await send(line('GET /livez HTTP/1.1'))).toMatchObject({ status: 200 });
  });

  test.each([
    ['/livez', 'GET, HEAD'],
    ['/readyz/', 'GET, HEAD'],
    ['/graphql', 'GET, POST'],
    ['/graphql/', 'GET, POST'],
  ])('a 405 for %s names the allowed methods', async (path, allow) => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']) {
      expect(await send(line(`${method} ${path} HTTP/1.1`))).toMatchObject({ status: 405, allow });
    }
  });

  test.each(['/livez', '/readyz', '/livez/?x', 'http://host/livez'])(
    'the response to HEAD %s has no body',
    async (target) => {
      expect(await send(line(`HEAD ${target} HTTP/1.1`))).toMatchObject({ status: 200, body: '' });
    },
  );

  test('a 400 for a request target has the shape of a GraphQL error and quotes nothing', async () => {
    const { body } = await send(line('GET ftp://canary/livez HTTP/1.1'));
    expect(JSON.parse(body)).toEqual({
      errors: [
        {
          message: 'The request target is a path, or an http or https address with a path.',
          extensions: { code: 'BAD_USER_INPUT', retryable: false, requestId: expect.any(String) },
        },
      ],
    });
  });

  test.each(['/graphql', '/graphql/', '/graphql?', 'http://host/graphql', 'http://other:80/graphql?x=1'])(
    'a POST to %s executes the operation',
    async (target) => {
      const query = JSON.stringify({ query: '{ viewer { scopes } }' });
      const headers = ['content-type: application/json', `content-length: ${query.length}`];
      const { status, body } = await send(line(`POST ${target} HTTP/1.1`, ...headers) + query);
      expect([status, JSON.parse(body)]).toEqual([200, { data: { viewer: { scopes: expect.any(Array) } } }]);
    },
  );

  test.each([
    ['no host in HTTP/1.1', 'GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['no host in HTTP/1.0', 'GET /livez HTTP/1.0\r\n\r\n', 200],
    ['two hosts', line('GET /livez HTTP/1.1', 'Host: other'), 400],
    ['an empty host', 'GET /livez HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n', 400],
    ['a host with a path', 'GET /livez HTTP/1.1\r\nhost: a/b\r\nconnection: close\r\n\r\n', 400],
    ['an upgrade to WebSocket', line('GET /livez HTTP/1.1', 'upgrade: websocket'), 200],
    ['an upgrade to HTTP/2', line('GET /livez HTTP/1.1', 'connection: upgrade, http2-settings', 'upgrade: h2c'), 200],
    ['an expectation of 100-continue', line('GET /readyz HTTP/1.1', 'expect: 100-continue'), 200],
    ['another expectation', line('GET /livez HTTP/1.1', 'expect: a-miracle'), 417],
    ['a header without a colon', line('GET /livez HTTP/1.1', 'nonsense'), 400],
    ['a header with NUL', line('GET /livez HTTP/1.1', 'x: a\0b'), 400],
    ['a header with bytes of Latin-1', line('GET /livez HTTP/1.1', 'x: \xff\xe9'), 200],
    ['two lengths', line('POST /graphql HTTP/1.1', 'content-length: 1', 'content-length: 2'), 400],
    ['a length that is no number', line('POST /graphql HTTP/1.1', 'content-length: 1e3'), 400],
    ['a length and chunks', line('POST /graphql HTTP/1.1', 'content-length: 4', 'transfer-encoding: chunked'), 400],
    ['an unknown transfer coding', line('POST /graphql HTTP/1.1', 'transfer-encoding: zip'), 400],
    ['a chunk without a length', `${line('POST /graphql HTTP/1.1', 'transfer-encoding: chunked')}xyz\r\n`, 400],
    ['headers of more than 16 kB', line('GET /livez HTTP/1.1', `x: ${'y'.repeat(17_000)}`), 431],
    ['a request target of more than 16 kB', line(`GET /${'y'.repeat(17_000)} HTTP/1.1`), 414],
    ['a request target of more than 12,000 characters', line(`GET /${'y'.repeat(12_000)} HTTP/1.1`), 414],
    ['a request target of 12,000 characters', line(`GET /${'y'.repeat(11_999)} HTTP/1.1`), 404],
  ])('%s are answered with a response of HTTP', async (_, bytes, status) => {
    const response = (await exchange(accelerators, bytes)).replace('HTTP/1.1 100 Continue\r\n\r\n', '');
    expect(response).not.toMatch(leaks);
    expect(parse(response)).toMatchObject({ status });
  });

  test.each([
    ['content-type', 'application/json; charset=\xff'],
    ['content-type', ';;;'],
    ['accept', '\xff'],
    ['accept', 'text/event-stream'],
    ['accept', ';q='],
    ['authorization', 'Bearer \xff\xff'],
    ['x-request-id', '\xff'],
    ['accept-encoding', '\xff;q=x'],
    ['if-none-match', '\xff'],
    ['cookie', '=;=\xff'],
    ['idempotency-key', '\xff'],
    ['content-encoding', 'br'],
    ['x-forwarded-proto', 'javascript'],
    ['__proto__', 'x'],
    ['constructor', 'x'],
  ])('a POST with the header %s and the value %j is answered without a stack', async (name, value) => {
    const query = JSON.stringify({ query: '{ __typename }' });
    const headers = [`content-length: ${query.length}`, `${name}: ${value}`];
    if (name !== 'content-type') headers.push('content-type: application/json');
    for (const path of ['/graphql', '/graphql?x=%zz']) {
      const { status } = await send(line(`POST ${path} HTTP/1.1`, ...headers) + query);
      expect([200, 400, 401, 406, 415]).toContain(status);
    }
  });

  test('any visible text as a target is answered without a stack and never with a 500', async () => {
    const target = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'/?#%:@[]*\\.ahlivezgrpql2f0\xff') }),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.webPath(),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'TRACE'), target, async (method, url) => {
        const { status } = await send(line(`${method} ${url} HTTP/1.1`));
        expect([200, 204, 400, 403, 404, 405, 406, 415]).toContain(status);
      }),
      { numRuns: 200 },
    );
  });

  test('no malformed request of these tests is logged as an internal error', () => {
    expect(served.get(accelerators)?.stack.logged.join('')).not.toContain('internal error');
  });
});
