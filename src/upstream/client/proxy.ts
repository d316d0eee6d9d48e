import { type Dispatcher, EnvHttpProxyAgent, errors, Pool } from 'undici';
import type { Secret } from '../../crypto/secret.ts';
import { Detail } from '../../errors.ts';

/** The HTTP proxy of the gateway's own calls. Its addresses may contain a password. */
export type ProxyConfig = {
  /** The proxy of http addresses; of https addresses too, unless they have their own. */
  readonly httpProxy: Secret | undefined;
  /** The proxy of https addresses. */
  readonly httpsProxy: Secret | undefined;
  /** Hosts that are called directly, as `NO_PROXY` lists them. */
  readonly noProxy: string;
};

/** The time-out of a proxy for accepting a connection, and for its answer to CONNECT, in ms. */
const connectTimeoutMs = 5_000;

/**
 * Creates a dispatcher that calls hosts through a proxy, or directly if `NO_PROXY` lists them. A request to an https address
 * goes through a tunnel (CONNECT), one to an http address is forwarded by the proxy.
 *
 * @param options those of each pool of sockets, to a host or to a proxy
 */
export function createProxyDispatcher(
  { httpProxy, httpsProxy, noProxy }: ProxyConfig,
  options: Pool.Options,
): Dispatcher {
  return new EnvHttpProxyAgent({
    connectTimeout: connectTimeoutMs,
    ...options,
    // An absent option would be read from the environment of the process.
    httpProxy: httpProxy?.reveal() ?? '',
    httpsProxy: httpsProxy?.reveal() ?? '',
    noProxy,
    allowH2: false,
    proxyTls: { allowH2: false },
    // undici leaves the options out of the pool of a proxy that forwards.
    factory: (origin, own) => new Pool(origin, { ...options, ...own }),
    clientFactory: (origin, own) => new Pool(origin, { ...own, headersTimeout: connectTimeoutMs }),
  });
}

/** A proxy that refused a request with this status: nothing was sent to the host behind it. */
export class ProxyRefusal extends Detail {}

/**
 * Returns the refusal of a proxy as a {ProxyRefusal}, and any other error unchanged. undici marks a refusal by its message only.
 */
export function explainProxyError(error: unknown): unknown {
  if (!(error instanceof errors.UndiciError)) return error;
  const status = /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(error.message)?.[1];
  return status === undefined ? error : new ProxyRefusal(`the proxy refused with status ${status}`);
}
