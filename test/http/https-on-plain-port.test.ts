import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';

let server: HttpServer;
let logged: string[];
const start = async () => {
  logged = [];
  const log = createLog('info', { write: (line: string) => void logged.push(line) });
  server = await startHttpServer((_request, response) => response.end(), '127.0.0.1', 0, { log });
};
afterEach(() => server.stop(0));

/** Connects with TLS, as https does. The port is for plain http, so that the handshake fails. */
async function useHttps(): Promise<void> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await expect(once(socket, 'secureConnect')).rejects.toThrow();
  socket.destroy();
}

const texts = () => logged.map((line) => JSON.parse(line)).map(({ level, msg }) => [level, msg]);

test('clients that use https on the port of plain http are named in the log, in one line a second', async () => {
  await start();
  for (let n = 0; n < 5; n += 1) await useHttps();
  expect(texts()).toEqual([[40, 'a client used https: this port is for plain http']]);
});

test('other bytes that are no HTTP are not taken for https', async () => {
  await start();
  const response = await fetch(server.url, { headers: { host: 'x' } });
  expect(response.status).toBe(200);
  expect(texts()).toEqual([]);
});
