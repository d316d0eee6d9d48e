/** The prefixes that only the gateway's own variables have. */
const prefixes = /^(?:CONTACTGRAPH|UPSTREAM|JWT|JWKS|CACHE|CURSOR|SESSION|ORGANIZATION|VALKEY|IDEMPOTENCY|SCROLL)S?_/;

/** Names of environments, shells and other programs that resemble a variable of the gateway by chance. */
const common: ReadonlySet<string> = new Set([
  ...[
    'HOSTNAME',
    'HOSTTYPE',
    'HOSTS',
    'POST',
    'PORTS',
    'PATH',
    'LOG',
    'LOGNAME',
    'NODE_PATH',
    'NODE_OPTIONS',
    'NODE_VERSION',
  ],
  ...['SESSION_MANAGER', 'SESSION_ID', 'SESSION_NAME', 'SESSION_TYPE', 'XDG_SESSION_ID', 'CACHE_DIR', 'CACHE_HOME'],
  ...['FTP_PROXY', 'ftp_proxy', 'ALL_PROXY', 'all_proxy'],
]);

/**
 * Finds the variables of an environment that the gateway does not read and that look like a misspelled variable of it. Those of
 * OpenTelemetry are often set for all programs of a machine, and many are not for the gateway.
 *
 * @param names the names of the variables that the gateway reads
 * @returns one sentence for each, without values
 */
export function findUnknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): string[] {
  const read = new Set(names);
  return Object.keys(env).flatMap((name) => {
    if (read.has(name) || common.has(name) || !/^(?!OTEL_)\w{3,64}$/.test(name)) return [];
    const similar = findSimilar(name.toUpperCase().replace(/^CONTACTGRAPH_/, ''), names);
    if (similar !== undefined) return [`${name} is not a variable of the gateway: ${similar} is one.`];
    return prefixes.test(name) && !isOfService(name) ? [`${name} is not a variable of the gateway.`] : [];
  });
}

/** Kubernetes and Docker set such variables for a service with the name of a prefix, like `VALKEY_SERVICE_HOST`. */
function isOfService(name: string): boolean {
  return /_(?:SERVICE_(?:HOST|PORT)|PORT)(?:_\w+)?$/.test(name);
}

/** Finds the name that differs least, by at most a fifth of its characters, or as far as separators and their order go. */
function findSimilar(name: string, names: readonly string[]): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const candidate of names) {
    const isSame = words(candidate) === words(name);
    const distance = isSame ? 0 : editDistance(candidate, name);
    if (
      distance <= Math.min(3, Math.floor(candidate.length / 5)) &&
      distance < (best?.distance ?? Number.POSITIVE_INFINITY)
    ) {
      best = { name: candidate, distance };
    }
  }
  return best?.name;
}

function words(name: string): string {
  return name
    .replace(/_FILE$/, '')
    .split('_')
    .sort()
    .join('');
}

/** The number of characters to insert, remove, replace or exchange with the next one (Damerau and Levenshtein). */
function editDistance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isEqual = one[row - 1] === other[column - 1];
      const isExchanged = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isEqual ? 0 : 1),
        isExchanged ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length] ?? 0;
}
