import { z } from 'zod';
import { Secret } from '../crypto/secret.ts';
import type { ProxyConfig } from '../upstream/client/proxy.ts';

const proxyAddress = z
  .string()
  .refine(
    isProxyAddress,
    'is the http or https address of a proxy without a path, like http://proxy.example.com:3128 or http://name:password@proxy.example.com:3128; special characters of the name and the password are percent-encoded',
  )
  .transform((value) => new Secret(value))
  .optional();
const hosts = z.string().optional();

/** The variables of the proxy. Other programs read the names in lower case too, and prefer them. */
export const proxyVariables = {
  ...{ HTTPS_PROXY: proxyAddress, https_proxy: proxyAddress },
  ...{ HTTP_PROXY: proxyAddress, http_proxy: proxyAddress },
  ...{ NO_PROXY: hosts, no_proxy: hosts },
};

type ProxyVariables = z.output<z.ZodObject<typeof proxyVariables>>;

/** Converts the validated variables to the configuration of the proxy; undefined means that there is none. */
export function toProxyConfig(given: ProxyVariables): ProxyConfig | undefined {
  const httpProxy = given.http_proxy ?? given.HTTP_PROXY;
  const httpsProxy = given.https_proxy ?? given.HTTPS_PROXY;
  if (httpProxy === undefined && httpsProxy === undefined) return undefined;
  return { httpProxy, httpsProxy, noProxy: given.no_proxy ?? given.NO_PROXY ?? '' };
}

/**
 * Finds entries of `NO_PROXY` that match no host, as undici reads them. They are not refused, because an environment with
 * address ranges is often shared with other programs, which understand them.
 *
 * @returns a sentence without values, or undefined
 */
export function findUnusedExclusions(proxy: ProxyConfig | undefined): string | undefined {
  const entries = proxy?.noProxy.split(/[,\s]/) ?? [];
  return entries.every((entry) => /^(?:\*(?::\d+)?|(?:\*?\.)?[^*/]*)$/.test(entry))
    ? undefined
    : 'NO_PROXY has entries that match no host: address ranges, addresses with a scheme or a path, and "*" within a name are not supported';
}

/** A name or a password that is not percent-encoded would be cut off or make undici throw, and a password needs a name. */
function isProxyAddress(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || !/^https?:\/\/[^/?#\\]+\/?$/i.test(value)) return false;
  try {
    decodeURIComponent(url.username + url.password);
  } catch {
    return false;
  }
  return url.username !== '' || url.password === '';
}
