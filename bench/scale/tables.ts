import type { Spread } from '../compare/statistics.ts';
import { count, megabytes, percent, row } from '../format.ts';
import { limitsOf } from './limits.ts';
import { type Measured, type Read, reads } from './measured.ts';
import { type Load, type Requirements, requirementsOf, typicalLoad, uniformCachedShare } from './model.ts';

/** The requests a second of the table of steps. */
const steps = [100, 500, 1_000, 3_000, 10_000];

/** The lines of a table of requirements: what, and how it is formatted. */
const lines: readonly (readonly [string, (needed: Requirements) => string])[] = [
  ['cores of CPU time', ({ cores }) => cores.toFixed(1)],
  ['processes', ({ processes }) => count(processes)],
  ['replicas', ({ replicas }) => count(replicas)],
  ['upstream calls a second', ({ upstreamCalls }) => count(upstreamCalls)],
  ['upstream calls that are pending', ({ pendingCalls }) => count(pendingCalls)],
  ['sockets of a process to the upstream', ({ socketsOfProcess }) => count(socketsOfProcess)],
  ['MB a second from clients; to clients', (of) => `${perSecond(of.clientBytesIn)}; ${perSecond(of.clientBytesOut)}`],
  [
    'MB a second to the upstream; from it',
    (of) => `${perSecond(of.upstreamBytesOut)}; ${perSecond(of.upstreamBytesIn)}`,
  ],
  ['scripts a second in Valkey', ({ valkeyScripts }) => count(valkeyScripts)],
  ['commands a second in Valkey, most of them in scripts', ({ valkeyCommands }) => count(valkeyCommands)],
  ['cores of Valkey', ({ valkeyCores }) => valkeyCores.toFixed(2)],
  ['MB a second to and from Valkey', ({ valkeyBytes }) => perSecond(valkeyBytes)],
  ['GB in Valkey', ({ valkeyStoredBytes }) => (valkeyStoredBytes / 2 ** 30).toFixed(1)],
  ['messages about writes a second, of all processes', ({ invalidations }) => count(invalidations)],
  [
    'MB of memory of a process; of a replica',
    (of) => `${megabytes(of.memoryOfProcess)}; ${megabytes(of.memoryOfReplica)}`,
  ],
  ['MB of log a second; GB a day', ({ logBytes }) => `${perSecond(logBytes)}; ${count((logBytes * 86_400) / 2 ** 30)}`],
  ['series in Prometheus', ({ metricsSeries }) => count(metricsSeries)],
  ['fetches of the issuer’s keys a minute', ({ jwksFetches }) => (jwksFetches * 60).toFixed(1)],
];

/** Formats what some loads need, one column each. */
export function requirementsTable(loads: readonly Load[], measured: Measured): string {
  const needed = loads.map((load) => requirementsOf(load, measured));
  const head = ['requests a second', ...loads.map((load) => count(load.requestsPerSecond))];
  return table(
    head,
    lines.map(([name, format]) => [name, ...needed.map(format)]),
  );
}

/** Formats in which order a load reaches the limits of the defaults. */
export function limitsTable(load: Load, measured: Measured): string {
  const rows = limitsOf(load, measured).map(({ name, requestsPerSecond, remedy }) => [
    name,
    count(Number(requestsPerSecond.toPrecision(2))),
    remedy,
  ]);
  return table(['limit', 'requests/s', 'change'], rows);
}

function costsTable({ reads: costs }: Measured): string {
  const rows = reads.map((read: Read) => {
    const { valkey, ...cost } = costs[read];
    return [
      read,
      spread(cost.cpuMs),
      spread(cost.cpuMsWithValkey),
      cost.upstreamCalls.toFixed(1),
      ...[cost.requestBytes, cost.responseBytes, cost.upstreamRequestBytes, cost.upstreamResponseBytes].map(kilobytes),
      cost.logBytes.toFixed(0),
    ];
  });
  const head = ['read', 'CPU, ms', 'CPU with Valkey, ms', 'calls', 'request, kB', 'response, kB', 'to upstream, kB'];
  return table([...head, 'from upstream, kB', 'log, bytes'], rows);
}

function valkeyTable({ reads: costs }: Measured): string {
  const rows = reads.map((read: Read) => {
    const { valkey } = costs[read];
    const counts = [valkey.scripts, valkey.commands].map((value) => value.toFixed(1));
    const bytes = [valkey.receivedBytes, valkey.sentBytes, Math.max(0, valkey.storedBytes)].map(kilobytes);
    return [read, ...counts, valkey.cpuMs.toFixed(3), ...bytes];
  });
  return table(['read', 'scripts', 'commands', 'CPU of Valkey, ms', 'received, kB', 'sent, kB', 'stored, kB'], rows);
}

function requestsTable({ requests }: Measured): string {
  const rows = Object.entries(requests).map(([name, { scripts, commands }]) => [name, `${scripts}`, `${commands}`]);
  return table(['request', 'scripts', 'commands'], rows);
}

function processTable({ process }: Measured): string {
  return table(
    ['a process with Valkey', ''],
    [
      ['resident memory before the first request', `${megabytes(process.idleBytes)} MB`],
      ['highest resident memory in all runs', `${megabytes(process.peakBytes)} MB`],
      ['commands without requests, of a second', process.idleCommands.toFixed(1)],
      ['series in Prometheus after one kind of operation', count(process.metricsSeries)],
    ],
  );
}

function cacheTable(): string {
  const contacts = [100_000, 1_000_000, 10_000_000, 100_000_000];
  const rows = [100, 1_000, 10_000].map((rate) => [
    count(rate),
    ...contacts.map((each) => percent(uniformCachedShare(rate, each, 10))),
  ]);
  return table(['reads/s', ...contacts.map((each) => `${count(each)} contacts`)], rows);
}

/** The tables of `docs/scale.md`, by the names of their places in it. */
export function tablesOf(measured: Measured): Readonly<Record<string, string>> {
  const loads = steps.map((requestsPerSecond) => ({
    ...{ ...typicalLoad, requestsPerSecond, valkey: requestsPerSecond > 100 },
  }));
  return {
    machine: `${measured.machine}, ${measured.date}, with a load average of ${measured.loadAverage.toFixed(1)} at the start.`,
    costs: costsTable(measured),
    valkey: valkeyTable(measured),
    requests: requestsTable(measured),
    process: processTable(measured),
    steps: requirementsTable(loads, measured),
    limits: limitsTable(typicalLoad, measured),
    cache: cacheTable(),
  };
}

/** Replaces the tables in a page. @throws {Error} for a table that has no place in it */
export function replaceTables(page: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((text, [name, content]) => {
    const place = new RegExp(`(<!-- scale: ${name} -->\n)(?:(?!<!-- end)[^])*(<!-- end -->)`);
    if (!place.test(text)) throw new Error(`docs/scale.md has no place for the table ${name}.`);
    return text.replace(place, (_, start: string, end: string) => `${start}${content}\n${end}`);
  }, page);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');
}

function spread({ median, min, max }: Spread): string {
  return `${median.toFixed(2)} (${min.toFixed(2)} – ${max.toFixed(2)})`;
}

function kilobytes(bytes: number): string {
  return (bytes / 1_000).toFixed(1);
}

function perSecond(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
