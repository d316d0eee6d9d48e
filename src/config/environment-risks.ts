import { readFileSync } from 'node:fs';

/** What the process may open. */
type Needs = { readonly maxConnections: number; readonly upstreamConnections: number };

/**
 * Finds settings of the environment with which the gateway starts, and which an operator should know about.
 *
 * @param openFiles the most files that the process may open; undefined where that is not known
 * @returns one sentence for each
 */
export function findEnvironmentRisks(
  env: Readonly<Record<string, string | undefined>>,
  { maxConnections, upstreamConnections }: Needs,
  openFiles: number | undefined = readOpenFileLimit(),
): string[] {
  const needed = maxConnections + upstreamConnections;
  return [
    ...(env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0'
      ? [
          'NODE_TLS_REJECT_UNAUTHORIZED is 0: no certificate is checked, so a computer between the gateway and its upstream can read and change everything; use NODE_EXTRA_CA_CERTS instead',
        ]
      : []),
    ...(openFiles !== undefined && openFiles < needed
      ? [
          `the process may open ${openFiles} files, and MAX_CONNECTIONS with UPSTREAM_CONNECTIONS may need ${needed}: beyond the limit connections are closed without an answer; raise it (ulimit -n) or lower MAX_CONNECTIONS`,
        ]
      : []),
  ];
}

/** The limit of open files, which Node has raised as far as it may; undefined where the system does not tell it. */
function readOpenFileLimit(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined; // another system than Linux
  }
}
