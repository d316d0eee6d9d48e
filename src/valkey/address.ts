import type { RedisOptions } from 'ioredis';

/** A host and its port. */
export type HostAndPort = { readonly host: string; readonly port: number };

/** The login of a server, and whether the connection to it is encrypted. */
export type LoginOptions = Pick<RedisOptions, 'username' | 'password' | 'tls'>;

/** What a client has to know to find a server by its sentinels. */
export type SentinelOptions = LoginOptions &
  Pick<RedisOptions, 'db' | 'sentinelUsername' | 'sentinelPassword' | 'sentinelTLS' | 'enableTLSForSentinelMode'> & {
    readonly sentinels: HostAndPort[];
    /** The name under which the sentinels know the server. */
    readonly name: string;
  };

/** What an address leads to. The options are those of the client that only the address determines. */
export type ValkeyAddress =
  | { readonly kind: 'server'; readonly address: string }
  | { readonly kind: 'sentinel'; readonly options: SentinelOptions }
  | { readonly kind: 'cluster'; readonly nodes: HostAndPort[]; readonly options: LoginOptions };

/** Which addresses are allowed, as the rest of a sentence that begins with the name of the variable. */
export const addressForms =
  'is redis://[[user]:password@]host:port[/database], redis-cluster://[[user]:password@]host:port,host:port or ' +
  'redis-sentinel://[[user]:password@]host:port,host:port[/database]?sentinelMasterId=name, with rediss in place of redis for TLS';

/** Login, hosts, path and query. In a login, the characters `@ / ? # %` are percent-encoded. */
const listPattern = /^(rediss?)-(cluster|sentinel):\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^/?#]*))?(?:\?([^#]*))?$/;
const hostPattern = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;
const databasePattern = /^(?:0|[1-9]\d{0,4})?$/;
const masterNamePattern = /^[\w.-]{1,128}$/;

/**
 * Reads the address of a Valkey: of one server, of a cluster, or of the sentinels of a server.
 *
 * @returns undefined for an address that has none of the forms of `addressForms`
 */
export function parseValkeyAddress(text: string): ValkeyAddress | undefined {
  const match = listPattern.exec(text);
  if (match === null) return isServerAddress(text) ? { kind: 'server', address: text } : undefined;
  const [, scheme, kind, login, hosts = '', database = '', query] = match;
  const parts = login === undefined ? {} : parseLogin(login);
  if (parts === undefined || !databasePattern.test(database)) return undefined;
  const tls = scheme === 'rediss' ? { tls: {} } : {};
  if (kind === 'cluster') {
    const nodes = parseHosts(hosts, 6_379);
    const hasDatabase = Number(database) !== 0; // A cluster has database 0 only.
    if (nodes === undefined || hasDatabase || query !== undefined) return undefined;
    return { kind, nodes, options: { ...parts, ...tls } };
  }
  const sentinels = parseHosts(hosts, 26_379);
  const sentinelOptions = parseSentinelQuery(query ?? '');
  if (sentinels === undefined || sentinelOptions === undefined) return undefined;
  const sentinelTls = scheme === 'rediss' ? { ...tls, sentinelTLS: {}, enableTLSForSentinelMode: true } : {};
  return {
    kind: 'sentinel',
    options: { ...parts, db: Number(database), ...sentinelTls, sentinels, ...sentinelOptions },
  };
}

function isServerAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') return false;
  // The client would read options from a query, which could override the gateway's time-outs.
  return url.search === '' && url.hash === '' && databasePattern.test(url.pathname.slice(1));
}

function parseHosts(text: string, defaultPort: number): HostAndPort[] | undefined {
  const hosts: HostAndPort[] = [];
  for (const item of text.split(',')) {
    const [, name, digits] = hostPattern.exec(item) ?? [];
    const port = digits === undefined ? defaultPort : Number(digits);
    if (name === undefined || port === 0 || port > 65_535) return undefined;
    hosts.push({ host: name.replace(/^\[(.*)\]$/, '$1'), port });
  }
  return hosts;
}

/** A login without a colon is refused: some clients read it as a username, and others as a password. */
function parseLogin(text: string): { username?: string; password: string } | undefined {
  const [username, password, ...others] = text.split(':').map(decode);
  if (username === undefined || !password || others.length > 0) return undefined;
  return username === '' ? { password } : { username, password };
}

function parseSentinelQuery(query: string) {
  const values = new Map<string, string>();
  for (const pair of query.split('&')) {
    const [name = '', text = '', ...others] = pair.split('=');
    const value = decode(text);
    const isKnown = ['sentinelMasterId', 'sentinelUsername', 'sentinelPassword'].includes(name);
    if (!isKnown || !value || others.length > 0 || values.has(name)) return undefined;
    values.set(name, value);
  }
  const name = values.get('sentinelMasterId') ?? '';
  const sentinelUsername = values.get('sentinelUsername');
  const sentinelPassword = values.get('sentinelPassword');
  if (!masterNamePattern.test(name) || (sentinelUsername !== undefined && sentinelPassword === undefined)) {
    return undefined;
  }
  return { name, ...(sentinelUsername && { sentinelUsername }), ...(sentinelPassword && { sentinelPassword }) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
