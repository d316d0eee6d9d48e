import type { Plugin } from 'graphql-yoga';
import { afterEach, describe, expect, test } from 'vitest';
import { startHttpServer } from '../../src/http/server.ts';
import { startGateway } from '../support/gateway.ts';
import { exchange } from '../support/raw-exchange.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Starts a gateway; the returned function sends headers over a socket, and returns which address the client has for it. */
async function start(accelerators: string, trusted: string) {
  const addresses: unknown[] = [];
  const plugin: Plugin = {
    onContextBuilding: ({ context }) => void addresses.push((context as { clientAddress?: string }).clientAddress),
  };
  const env = { ACCELERATORS: accelerators, ...(trusted !== '' && { TRUSTED_PROXIES: trusted }) };
  const stack = await startGateway({ emulator: { contacts: 10 }, env, plugins: [plugin] });
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  closers.push(
    () => server.stop(0),
    () => stack.close(),
  );
  return async (...lines: string[]) => {
    const body = JSON.stringify({ query: '{ viewer { scopes } }' });
    const { status } = await exchange(server.url, { lines: ['content-type: application/json', ...lines], body });
    expect(status).toBe(200);
    return addresses.at(-1);
  };
}

const client = '203.0.113.7';
const own = '127.0.0.1';

describe.each(['all', 'none'])('with ACCELERATORS=%s', (accelerators) => {
  test.each(['', '10.0.0.0/8,private', '127.0.0.2'])(
    'forwarded headers of a peer that is not among the trusted proxies (%j) change nothing',
    async (trusted) => {
      const send = await start(accelerators, trusted);
      expect(await send()).toBe(own);
      expect(await send(`x-forwarded-for: ${client}`)).toBe(own);
      expect(await send(`forwarded: for=${client}`)).toBe(own);
      expect(await send('x-real-ip: 203.0.113.9', 'x-client-ip: 203.0.113.9', 'true-client-ip: 203.0.113.9')).toBe(own);
    },
  );

  test.each<[string, string[], string]>([
    ['no header', [], own],
    ['one address', [`x-forwarded-for: ${client}`], client],
    ['an invented address before it', [`x-forwarded-for: 198.51.100.1, ${client}`], client],
    ['a trusted address that a client invents', [`x-forwarded-for: 10.1.1.1, ${client}`], client],
    ['a trusted proxy after it', [`x-forwarded-for: ${client}, 10.0.0.2`], client],
    ['two headers', [`x-forwarded-for: 198.51.100.1`, `X-Forwarded-For: ${client},10.0.0.2`], client],
    ['trusted addresses only', ['x-forwarded-for: 10.0.0.1, 10.0.0.2'], '10.0.0.1'],
    ['an address with a port', [`x-forwarded-for: ${client}:4711`], client],
    ['an IPv4 address in IPv6', [`x-forwarded-for: ::ffff:${client}`], client],
    ['a trusted IPv4 address in IPv6', [`x-forwarded-for: ${client}, ::ffff:10.0.0.2`], client],
    ['an IPv6 address', ['x-forwarded-for: 2001:db8::1'], '2001:db8::1'],
    ['an IPv6 address with a port', ['x-forwarded-for: [2001:db8::1]:443, 2001:db8:1::5'], '2001:db8::1'],
    ['text', ['x-forwarded-for: unknown'], own],
    ['text before a trusted proxy', ['x-forwarded-for: evil, 10.0.0.2'], '10.0.0.2'],
    ['an empty entry', [`x-forwarded-for: ${client},, 10.0.0.2`], '10.0.0.2'],
    ['an empty header', ['x-forwarded-for:'], own],
    ['Forwarded', [`forwarded: for=${client}`], client],
    [
      'Forwarded with more',
      [`forwarded: for=198.51.100.1, by=x;For="${client}:80";proto=https;host=evil.example`],
      client,
    ],
    ['Forwarded with IPv6', ['forwarded: for="[2001:db8::1]:4711", for=10.0.0.2'], '2001:db8::1'],
    ['Forwarded with a name', ['forwarded: for=_hidden, for=10.0.0.2'], '10.0.0.2'],
    ['Forwarded without for', [`forwarded: for=${client}, proto=https`], own],
    ['Forwarded with a comma in quotes', [`forwarded: for=${client};by="a,for=198.51.100.1"`], client],
    ['Forwarded without a closing quote', [`forwarded: for="${client}`], own],
    ['both headers that agree', [`x-forwarded-for: ${client}`, `forwarded: for=${client}`], client],
    ['both headers that disagree', [`x-forwarded-for: ${client}`, 'forwarded: for=198.51.100.1'], own],
    ['a list of 3,000 addresses', [`x-forwarded-for: ${'1.1.1.1,'.repeat(1_500)}${client}`], client],
  ])('a trusted proxy that sends %s gives the client an address', async (_, lines, address) => {
    const send = await start(accelerators, 'loopback,10.0.0.0/8,2001:db8:1::/48');
    expect(await send(...lines)).toBe(address);
  });
});
