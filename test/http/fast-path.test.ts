import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
let server: HttpServer;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 } });
  server = await startHttpServer(createFastPath(stack.gateway), '127.0.0.1', 0);
});
beforeEach(() => stack.emulator.control.reset());
afterAll(async () => {
  await server.stop(0);
  await stack.close();
});

const ada = JSON.stringify({ query: `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }` });

const request = (body: string, ...headers: string[]) =>
  ['POST /graphql HTTP/1.1', 'host: gateway', 'content-type: application/json', ...headers, '', body].join('\r\n');

async function open(): Promise<Socket> {
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

async function expectAnswer(): Promise<void> {
  const socket = await open();
  socket.write(request(ada, `content-length: ${ada.length}`, 'connection: close'));
  expect(await text(socket)).toContain('"Ada"');
}

test.each<[string, string, string, (socket: Socket) => void]>([
  ['a client that disconnects', 'content-length: 1000', '{"que', (socket) => socket.destroy()],
  ['an invalid chunk', 'transfer-encoding: chunked', '5\r\n{"que\r\n', (socket) => socket.write('no chunk\r\n')],
])('%s within a body does not affect other requests', async (_, header, start, breakOff) => {
  const socket = await open();
  socket.resume().write(request(start, header));
  await expectAnswer();
  breakOff(socket);
  await once(socket, 'close');
  await expectAnswer();
  expect(stack.emulator.control.counts().contact).toBe(2);
});

test('a body that arrives in two parts is read as one', async () => {
  const socket = await open();
  socket.write(request(ada.slice(0, 9), `content-length: ${ada.length}`, 'connection: close'));
  await expectAnswer();
  socket.write(ada.slice(9));
  expect(await text(socket)).toContain('"Ada"');
});

test('pipelined requests on one connection are answered in their order', async () => {
  const socket = await open();
  const [mine, other] = [ada, ada.replace('firstName', 'lastName')].map((body) => [
    body,
    `content-length: ${body.length}`,
  ]) as [[string, string], [string, string]];
  socket.write(request(...mine) + request(...other) + request(...mine, 'connection: close'));
  const fields = (await text(socket)).match(/firstName|lastName/g);
  expect(fields).toEqual(['firstName', 'lastName', 'firstName']);
});
