import { once } from 'node:events';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, type ListenOptions, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { startJwtGateway } from '../support/jwt-gateway.ts';
import { bytesUntilClosed, connectWithoutReading, httpRequest } from '../support/raw-client.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(options: ListenOptions): Promise<{ stack: TestGateway; server: HttpServer }> {
  const stack = await startGateway({ emulator: { contacts: 10 } });
  cleanUps.push(() => stack.close());
  const server = await startHttpServer(createFastPath(stack.gateway), '127.0.0.1', 0, options);
  cleanUps.push(() => server.stop(0));
  return { stack, server };
}

const json = 'content-type: application/json';
/** Yoga reads the body of a request that accepts anything but plain JSON. */
const bothPaths = [
  ['the fast path', [json]],
  ['Yoga', [json, 'accept: application/json, text/event-stream']],
] as const;

async function send(server: HttpServer, headers: readonly string[], body: string): Promise<Socket> {
  const socket = await connectWithoutReading(server.url);
  cleanUps.push(async () => socket.destroy());
  socket.write(httpRequest('POST', '/graphql', headers, body));
  return socket;
}

const ada = JSON.stringify({ query: `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }` });
const complete = `content-length: ${ada.length}`;
const held = (server: HttpServer) => server.heldBytes().bodies;

async function expectOverloaded(socket: Socket): Promise<void> {
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 503 /);
  expect(answer).toMatch(/\r\nretry-after: 1\r\n[\s\S]*\r\nconnection: close\r\n/i);
  const { errors } = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
  expect(errors).toMatchObject([{ extensions: { code: 'OVERLOADED', retryable: true, retryAfter: 1 } }]);
}

describe.each(bothPaths)('where %s reads the bodies', (_, headers) => {
  test('the budget for request bodies refuses the largest unfinished body when one more byte does not fit, and serves small requests', async () => {
    const { stack, server } = await start({ maxBodiesBytes: 100_000 });
    const unfinished = [...headers, 'content-length: 90000'];
    const largest = await send(server, unfinished, ' '.repeat(60_000));
    await expect.poll(() => held(server)).toBe(60_000);
    const second = await send(server, [...headers, 'content-length: 64000'], ' '.repeat(39_990));
    await expect.poll(() => held(server)).toBe(99_990);

    const small = await send(server, [...headers, complete, 'connection: close'], ada);
    expect(await text(small)).toContain('"firstName":"Ada"');
    await expectOverloaded(largest);
    await expect.poll(() => held(server)).toBe(39_990);
    expect(stack.emulator.control.counts()).toMatchObject({ contact: 1 });
    second.destroy();
    await expect.poll(() => held(server)).toBe(0);
  });

  test('the budget for request bodies counts the bytes of a body without a declared length', async () => {
    const { stack, server } = await start({ maxBodiesBytes: 100_000 });
    const chunk = `${(50_000).toString(16)}\r\n${' '.repeat(50_000)}\r\n`;
    const socket = await send(server, [...headers, 'transfer-encoding: chunked'], chunk.repeat(2));
    await expect.poll(() => held(server)).toBe(100_000);
    socket.write(chunk);
    await expectOverloaded(socket);
    await expect.poll(() => held(server)).toBe(0);
    expect(stack.emulator.control.calls()).toEqual([]);
  });

  test('the budget for request bodies counts the body of an operation until its response is sent', async () => {
    const { stack, server } = await start({});
    await stack.query(JSON.parse(ada).query);
    stack.emulator.control.fault({ path: '/customers/', kind: 'hang' });
    const socket = await send(server, [...headers, complete, 'connection: close'], ada);
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(1);
    expect(held(server)).toBe(ada.length);
    await bytesUntilClosed(socket); // The connection is closed after the deadline of the operation.
    expect(held(server)).toBe(0);
  });
});

test('a request without a token is refused before its body is complete, where the mode requires a token', async () => {
  const gateway = await startJwtGateway();
  cleanUps.push(() => gateway.close());
  const server = await startHttpServer(createFastPath(gateway.gateway), '127.0.0.1', 0);
  cleanUps.push(() => server.stop(0));
  const socket = await send(server, [json, 'content-length: 90000', 'connection: close'], ' '.repeat(60_000));
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  expect(answer).toContain('"code":"UNAUTHENTICATED"');
  await expect.poll(() => held(server)).toBe(0);
  expect(gateway.emulator.control.calls()).toEqual([]);
});

test('a declared length that does not fit into the budget is refused before the body is sent', async () => {
  const { stack, server } = await start({ maxBodiesBytes: 100_000 });
  await expectOverloaded(await send(server, [json, 'content-length: 100001'], ''));
  expect(held(server)).toBe(0);
  expect(stack.emulator.control.calls()).toEqual([]);
});

test('requests whose bodies have not arrived reserve nothing of the budget', async () => {
  const { server } = await start({ maxBodiesBytes: 100_000 });
  for (let n = 0; n < 5; n += 1) await send(server, [json, 'content-length: 99999'], '');
  expect(held(server)).toBe(0);
  const [small] = [await send(server, [json, complete, 'connection: close'], ada)];
  expect(await text(small)).toContain('"firstName":"Ada"');
});

test('connections above the bound are dropped, and a new one is accepted when one has closed', async () => {
  const { server } = await start({ maxConnections: 2 });
  const livez = httpRequest('GET', '/livez', ['connection: close']);
  const [first] = [await connectWithoutReading(server.url), await connectWithoutReading(server.url)];
  const third = await connectWithoutReading(server.url);
  third.write(livez);
  expect(await bytesUntilClosed(third)).toBe(0);
  first.destroy();
  const later = async () => {
    const socket = await connectWithoutReading(server.url);
    socket.write(livez);
    return bytesUntilClosed(socket);
  };
  await expect.poll(later).toBeGreaterThan(0);
});

test('a response that began before its body was complete is cut off when the body does not fit', async () => {
  const server = await startHttpServer(
    (request, response) => {
      request.resume();
      response.write('begun');
    },
    '127.0.0.1',
    0,
    { maxBodiesBytes: 100_000 },
  );
  cleanUps.push(() => server.stop(0));
  const socket = await connectWithoutReading(server.url);
  socket.write(httpRequest('POST', '/', ['transfer-encoding: chunked'], '5\r\nstart\r\n'));
  const [chunk] = await once(socket.resume(), 'data');
  expect(String(chunk)).toContain('begun');
  expect(held(server)).toBe(5);
  socket.write(`${(100_000).toString(16)}\r\n${' '.repeat(100_000)}\r\n`);
  await once(socket, 'close');
  expect(held(server)).toBe(0);
});
