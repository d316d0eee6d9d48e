import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Edge, startEdge } from './support/edge.ts';
import { sendBytes, statusesOf } from './support/raw-socket.ts';
import { accelerators } from './support/refusals.ts';
import { recordRow } from './support/row.ts';

const body = '{"query":"{ __typename }"}';
const hidden = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** A request whose head ends with these lines; the token is that of the caller. */
type MakeRequest = (token: string) => string;
const post =
  (lines: readonly string[], content = body, first = 'POST /graphql HTTP/1.1'): MakeRequest =>
  (token) =>
    [
      first,
      'host: gateway',
      'content-type: application/json',
      `authorization: Bearer ${token}`,
      ...lines,
      '',
      content,
    ].join('\r\n');
const length = `content-length: ${body.length}`;
const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

const malformed: [row: string, sent: string, MakeRequest][] = [
  ['C30', 'Content-Length and Transfer-Encoding', post([length, 'transfer-encoding: chunked'], chunk + hidden)],
  ['C30', 'Transfer-Encoding and Content-Length 0', post(['transfer-encoding: chunked', 'content-length: 0'], hidden)],
  ['C30', 'two different Content-Length headers', post([length, 'content-length: 0'], body + hidden)],
  ['C30', 'two equal Content-Length headers', post([length, length])],
  ['C30', 'a negative Content-Length', post(['content-length: -1'])],
  ['C30', 'a Content-Length in hexadecimal', post(['content-length: 0x1a'])],
  ['C30', 'a bare line feed in the head', (token) => post([length])(token).replaceAll('\r\n', '\n')],
  ['C30', 'a space before the colon', post([`content-length : ${body.length}`])],
  ['C30', 'a folded header', post(['x-a: b', ' transfer-encoding: chunked', length])],
  ['C30', 'a chunk size that is no number', post(['transfer-encoding: chunked'], `zz\r\n${body}\r\n0\r\n\r\n`)],
  ['C30', 'Transfer-Encoding: xchunked', post(['transfer-encoding: xchunked'], chunk)],
  ['C30', 'two Host headers', post(['host: other', length])],
  ['C30', 'no Host header', (token) => post([length])(token).replace('host: gateway\r\n', '')],
  ['C12', 'a carriage return in a header', post(['x-request-id: canary\rx-a: b', length])],
  ['C12', 'a NUL in a header', post(['x-organization: canary\u0000', length])],
  ['C12', 'a control character in the token', (token) => post([length])(`${token}\u0001`)],
];

describe.each(accelerators)('a gateway in production with ACCELERATORS=%s', (setting) => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge({ ACCELERATORS: setting });
  });
  afterAll(() => edge.close());

  test.for(malformed)(
    '%s: a request with %s is refused once, and its connection is closed',
    async ([row, sent, make], context) => {
      edge.emulator.control.clearLog();
      const received = await sendBytes(
        edge.url,
        make(edge.token).replace('host: gateway', 'connection: close\r\nhost: gateway'),
      );
      const [status = 0, ...others] = statusesOf(received);
      const calls = edge.emulator.control.calls().length;
      recordRow(context, { row, sent, status, code: '–', calls });
      expect(others).toEqual([]);
      expect([400, 401, 415]).toContain(status);
      expect(calls).toBe(0);
      expect(received).not.toMatch(/canary|__typename/);
      await edge.expectAlive();
    },
  );

  test.for<[sent: string, MakeRequest]>([
    ['HTTP/1.0', post([length], body, 'POST /graphql HTTP/1.0')],
    ['an absolute target', post([length, 'connection: close'], body, 'POST http://gateway/graphql HTTP/1.1')],
    ['a chunked body', post(['transfer-encoding: chunked', 'connection: close'], chunk)],
  ])('C30: a request with %s is answered', async ([sent, make], context) => {
    const received = await sendBytes(edge.url, make(edge.token));
    recordRow(context, { row: 'C30', sent, status: statusesOf(received).join(), code: '–', calls: 0 });
    expect(statusesOf(received)).toEqual([200]);
    expect(received).toContain('{"data":{"__typename":"Query"}}');
  });

  test('C30: pipelined requests are answered in their order, each with its own request id and its own caller', async (context) => {
    const named = (id: string, ...lines: string[]) => post([length, `x-request-id: ${id}`, ...lines])(edge.token);
    const anonymous = named('second').replace(/authorization: .*\r\n/, '');
    const received = await sendBytes(edge.url, named('first') + anonymous + named('third', 'connection: close'));
    const ids = [...received.matchAll(/x-request-id: (\w+)/gi)].map(([, id]) => id);
    const statuses = statusesOf(received);
    recordRow(context, { row: 'C30', sent: 'three pipelined requests', status: statuses.join(), code: '–', calls: 0 });
    expect({ ids, statuses }).toEqual({ ids: ['first', 'second', 'third'], statuses: [200, 401, 200] });
  });
});
