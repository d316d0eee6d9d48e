import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach } from 'vitest';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The address of a server that says the same to every command. */
export async function startFixedReplyServer(answer: string | undefined): Promise<string> {
  const server = createServer((socket) => {
    socket
      .on('error', () => undefined)
      .on('data', (sent) => {
        for (const _command of String(sent).match(/^\*\d+\r$/gm) ?? []) if (answer !== undefined) socket.write(answer);
      });
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const address = server.address();
  return `redis://user:canary@127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
}

/** Where there is no Valkey, or none that can be used: what is there, and its address. */
export const unusableAddresses: readonly [string, () => Promise<string>][] = [
  ['where nobody listens', async () => 'redis://:canary@127.0.0.1:9'],
  ['where nobody says anything', () => startFixedReplyServer(undefined)],
  ['that speaks HTTP', () => startFixedReplyServer('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['that says nothing but OK', () => startFixedReplyServer('+OK\r\n')],
  ['that says nothing but 1', () => startFixedReplyServer(':1\r\n')],
  ['that does not know the password', () => startFixedReplyServer('-WRONGPASS invalid username-password pair\r\n')],
];
