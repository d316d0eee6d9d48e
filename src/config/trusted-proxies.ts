import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { parseList } from './variable-types.ts';

/** Names of ranges: the machine itself, and the addresses of private networks (RFC 1918 and RFC 4193). */
const namedRanges: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** A list of addresses and ranges; its value is a list of ranges like `10.0.0.0/8`. */
export const trustedProxies = z.string().transform((value, context): readonly string[] => {
  const ranges = parseList(value).map(toRanges);
  if (ranges.every((range) => range !== undefined)) return ranges.flat();
  context.addIssue(
    'is a list of loopback, private, IP addresses, and ranges like 10.1.0.0/16 or 2001:db8::/32; a range of all addresses would trust every client',
  );
  return z.NEVER;
});

function toRanges(entry: string): readonly string[] | undefined {
  if (Object.hasOwn(namedRanges, entry)) return namedRanges[entry];
  const [, address = '', prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  if (isIP(address) === 0) return undefined;
  const bits = isIPv4(address) ? 32 : 128;
  const length = Number(prefix ?? bits);
  return length >= 1 && length <= bits ? [`${address}/${length}`] : undefined;
}
