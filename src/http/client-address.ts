import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Finds the address of the client that sent a request. */
export type ClientAddressOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string | undefined;

/**
 * Creates the function that finds the addresses of clients behind trusted proxies: each proxy adds the address of its own peer
 * to `X-Forwarded-For` or `Forwarded` (RFC 7239). The addresses are read from right to left, from the socket on, for as long as
 * their sender is trusted: the first address that is not trusted is that of the client, and everything left of it may be
 * invented. An entry that is no address ends the search at the proxy that wrote it.
 *
 * A proxy replaces or extends one of the two headers and may pass on the other as the client wrote it. Where they disagree the
 * address is that of the nearest proxy, so that no client can choose its address with the header that its proxy ignores.
 *
 * @param trusted ranges like `10.0.0.0/8`; without any the headers are not read
 */
export function createClientAddress(trusted: readonly string[]): ClientAddressOf {
  if (trusted.length === 0) return ({ socket }) => socket.remoteAddress;
  const isTrusted = createAddressCheck(trusted);

  function findClient(peer: string, hops: readonly (string | undefined)[]): string {
    let client = peer;
    for (const hop of hops.toReversed()) {
      if (hop === undefined || !isTrusted(client)) break;
      client = hop;
    }
    return client;
  }

  return ({ headers, socket }) => {
    const peer = parseAddress(socket.remoteAddress ?? '');
    if (peer === undefined || !isTrusted(peer)) return socket.remoteAddress;
    const { 'x-forwarded-for': list, forwarded } = headers;
    const found = [
      ...(list === undefined ? [] : [findClient(peer, list.toString().split(',').map(parseAddress))]),
      ...(forwarded === undefined ? [] : [findClient(peer, parseForwarded(forwarded))]),
    ];
    return new Set(found).size === 1 ? found[0] : peer;
  };
}

/**
 * Creates the check whether an address is in one of some ranges.
 *
 * @param ranges like `10.0.0.0/8`
 */
export function createAddressCheck(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return (address) => list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/** Parses an address, which may have a port, and be in brackets. @returns undefined for anything else, like `unknown` */
export function parseAddress(text: string): string | undefined {
  const trimmed = text.trim();
  const [, inBrackets, withPort] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(trimmed) ?? [];
  const address = (inBrackets ?? withPort ?? trimmed).replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
  return isIP(address) === 0 ? undefined : address;
}

/** The addresses of `Forwarded`; an element without one, or with a name in place of it, is undefined. */
function parseForwarded(header: string): (string | undefined)[] {
  const elements = header.match(/(?:[^",]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return elements.map((element) => {
    const [, quoted, token] = /(?:^|;)\s*for=(?:"([^"\\]*)"|([^\s;,"]*))\s*(?:;|$)/i.exec(element) ?? [];
    return parseAddress(quoted ?? token ?? '');
  });
}
