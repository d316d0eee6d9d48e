/**
 * What a server that stops does with each kind of open connection: no request that has arrived is lost or executed without
 * an answer, and no client holds the server.
 */
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { connectWithoutReading, httpRequest } from '../support/raw-client.ts';

const servers: HttpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop(0);
});

/** Starts a server that remembers the paths of the requests it has executed. */
async function startServer(listener: RequestListener): Promise<{ server: HttpServer; executed: string[] }> {
  const executed: string[] = [];
  const server = await startHttpServer(
    (request, response) => {
      executed.push(request.url ?? '');
      listener(request, response);
    },
    '127.0.0.1',
    0,
  );
  servers.push(server);
  return { server, executed };
}

/** Answers with the path as the body, after some ms. */
const answerAfter =
  (ms: number): RequestListener =>
  ({ url = '' }, response) =>
    void setTimeout(() => response.writeHead(200, ['content-length', String(url.length)]).end(url), ms);

/** Answers when the body has arrived. */
const answerBody: RequestListener = (request, response) =>
  void text(request).then(
    (body) => response.writeHead(200, ['content-length', String(body.length)]).end(body),
    () => undefined,
  );

const get = (path: string) => httpRequest('GET', path);
const post = (length: number) => httpRequest('POST', '/body', [`content-length: ${length}`]);

async function open(server: HttpServer): Promise<Socket> {
  const socket = (await connectWithoutReading(server.url)).setEncoding('latin1');
  return socket;
}

describe('connections that wait for their clients do not hold the stop', () => {
  test.each([
    ['on which nothing was sent', '', []],
    ['on which half of the headers were sent', 'GET / HTTP/1.1\r\nhost:', []],
    ['on which half of a body was sent', `${post(10)}12345`, ['HTTP/1.1 408']],
    ['that are idle after an answer', get('/first'), ['HTTP/1.1 200']],
  ])('connections %s are closed without a reset long before the grace is over', async (_, bytes, statusLines) => {
    const { server } = await startServer((request, response) =>
      (request.method === 'POST' ? answerBody : answerAfter(0))(request, response),
    );
    const socket = await open(server);
    let received = '';
    socket.on('data', (chunk) => (received += chunk)).resume();
    socket.write(bytes);
    const isAnswered = bytes.startsWith('GET /first');
    await expect.poll(() => [server.state().connections, received !== '']).toEqual([1, isAnswered]);
    const closed = once(socket, 'close');
    await server.stop(600_000);
    expect(await closed).toEqual([false]);
    expect(received.match(/HTTP\/1\.1 \d+/g) ?? []).toEqual(statusLines);
  });

  test('a client that does not close its side of a connection is disconnected a moment after the server has closed its own', async () => {
    const { server } = await startServer(answerAfter(0));
    const { port } = new URL(server.url);
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true }).resume();
    await once(socket, 'connect');
    await server.stop(600_000);
    await expect.poll(() => server.state().connections).toBe(0);
    socket.destroy();
  });

  test('a client that does not read its answer has the time of the grace, and is then disconnected', async () => {
    const body = Buffer.alloc(20_000_000);
    const { server } = await startServer((_, response) => void response.writeHead(200).end(body));
    const socket = await connectWithoutReading(server.url);
    socket.write(get('/'));
    await expect.poll(() => server.heldBytes().unsent).toBeGreaterThan(0);
    await server.stop(500);
    await expect.poll(() => server.state()).toMatchObject({ connections: 0, pendingRequests: 0 });
    socket.destroy();
  });
});

describe('requests that arrive while the server stops', () => {
  test('a request on an idle connection is answered, and its answer closes the connection', async () => {
    const { server } = await startServer(answerAfter(0));
    const socket = await open(server);
    socket.write(get('/first'));
    const [first] = await once(socket.resume(), 'data');
    expect(first).toMatch(/\/first$/);
    expect(first).toMatch(/connection: keep-alive/i);
    const stopped = server.stop(10_000);
    await delay(300);
    socket.write(get('/second'));
    const rest = await text(socket);
    expect(rest).toContain('/second');
    expect(rest).toMatch(/connection: close/i);
    await stopped;
  });

  test('pipelined requests are all answered, and the last answer closes the connection', async () => {
    const { server, executed } = await startServer(answerAfter(200));
    const socket = await open(server);
    socket.write(get('/first') + get('/second') + get('/third'));
    await expect.poll(() => executed.length).toBe(3);
    const stopped = server.stop(10_000);
    const answers = await text(socket);
    expect(answers.match(/\/(?:first|second|third)/g)).toEqual(['/first', '/second', '/third']);
    expect(answers.match(/connection: close/gi)).toHaveLength(1);
    await stopped;
  });

  // The system takes up to some megabytes of an answer whose client does not read yet from the server.
  test.each([
    [20_000_000, 'is being sent', 1],
    [1_000_000, 'was sent', 0],
  ])(
    'a request after an answer of %i bytes that closes the connection and %s is not executed, and the answer arrives whole',
    async (size, _, pending) => {
      const { server, executed } = await startServer((_, response) => {
        response.writeHead(200, ['content-length', String(size)]).end(Buffer.alloc(size, 'x'));
      });
      const socket = await open(server);
      const stopped = server.stop(10_000, 300);
      socket.write(get('/first'));
      await expect.poll(() => [executed.length, server.state().pendingRequests]).toEqual([1, pending]);
      socket.write(get('/second'));
      await delay(50);
      const answer = await text(socket);
      expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toHaveLength(size);
      await stopped;
      expect(executed).toEqual(['/first']);
    },
  );

  test('a request whose body arrives slowly is answered', async () => {
    const { server } = await startServer(answerBody);
    const socket = await open(server);
    const received = text(socket);
    socket.write(post(6));
    const stopped = server.stop(600_000);
    for (const byte of 'slowly') {
      await delay(600);
      socket.write(byte);
    }
    expect(await received).toMatch(/^HTTP\/1\.1 200 .*connection: close.*slowly$/is);
    await stopped;
  });

  test('connections that the system has opened and the server has not accepted yet are served', async () => {
    const { server } = await startServer(answerAfter(0));
    const sockets = Array.from({ length: 50 }, () => connect(Number(new URL(server.url).port), '127.0.0.1'));
    const answers = sockets.map((socket) => {
      socket.write(get('/waiting'));
      return text(socket);
    });
    await new Promise(process.nextTick); // The sockets are connected by the system now, within this iteration of the event loop.
    const stopped = server.stop(10_000);
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/\/waiting$/);
    await stopped;
  });

  test('connections are accepted during the delay, and refused after it', async () => {
    const { server } = await startServer(answerAfter(0));
    const stopped = server.stop(10_000, 500);
    const response = await fetch(`${server.url}/new`);
    expect([await response.text(), response.headers.get('connection')]).toEqual(['/new', 'close']);
    await stopped;
    await expect(fetch(server.url)).rejects.toThrow();
  });
});
