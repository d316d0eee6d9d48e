import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach } from 'vitest';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Starts a server that answers every command with the same text, or with nothing, and returns its address. */
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

/** Addresses without a usable Valkey server, each with a description. */
export const unusableAddresses: readonly [string, () => Promise<string>][] = [
  ['where no server listens', async () => 'redis://:canary@127.0.0.1:9'],
  ['of a server that answers nothing', () => startFixedReplyServer(undefined)],
  ['of a server that speaks HTTP', () => startFixedReplyServer('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['of a server that always answers OK', () => startFixedReplyServer('+OK\r\n')],
  ['of a server that always answers 1', () => startFixedReplyServer(':1\r\n')],
  [
    'of a server that refuses the password',
    () => startFixedReplyServer('-WRONGPASS invalid username-password pair\r\n'),
  ],
];
