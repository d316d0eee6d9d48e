import { spreadOf } from '../compare/statistics.ts';
import { count, megabytes, percent, rounded, row } from '../format.ts';
import { describeMachine } from '../machine.ts';
import { type BrownOut, contacts } from './brown-out.ts';
import type { Cost } from './cost.ts';
import { connections, workload } from './gateway.ts';
import { type LimiterPattern, patternRates } from './limiter-patterns.ts';
import type { Options } from './options.ts';
import { type Outage, perSecond, quickMs } from './outage.ts';

/** The results of the parts that were measured. */
export type Figures = {
  cost?: readonly Cost[];
  brownOut?: readonly BrownOut[];
  outage?: readonly Outage[];
  limiter?: readonly LimiterPattern[];
};

/** Formats the results as Markdown. @param load the load average of the machine at the start */
export function report({ cost, brownOut, outage, limiter }: Figures, options: Options, load: number): string {
  return `# What the guards cost, and what they achieve

\`npm run bench:resilience\` requests a contact with 12 fields, policies, 20 events, 3 devices and 20 WiFi sessions, which is
four upstream calls: once with all guards of [\`docs/resilience.md\`](../docs/resilience.md), once with all guards switched
off that have a switch. The gateway runs as in production: \`NODE_ENV=production\`, \`AUTH_MODE=passthrough\` with a token that
names an organization, log at \`info\` into a file. It has one core to itself; upstream and load generator share the other.

${describeMachine()}. The load average was ${load.toFixed(1)}
at the start: other load on the machine makes every figure worse, and the ratios less certain.

\`\`\`graphql
${workload.query}
\`\`\`
${[cost && costSection(cost, options), brownOut && brownOutSection(brownOut, options), outage && outageSection(outage, options), limiter && limiterSection(limiter, options)].filter(Boolean).join('')}`;
}

function costSection(all: readonly Cost[], { rounds, costSeconds }: Options): string {
  const [on] = all;
  return `
## The cost, with a healthy upstream

wrk with ${connections} connections; every operation is about another contact, so that no guard saves a call. The figures are medians
and ranges of ${rounds} rounds, in each of which every gateway runs for ${costSeconds} s; those without one guard have fewer rounds. *Ratio*
is the throughput of "everything on" divided by that of the row: the median of the ratios of the rounds, and their range. CPU is of
the gateway's process. The goal is a ratio of at least 0.90 in the second row.

| gateway | req/s | range | CPU per operation, ms | ratio | range | rounds |
|---|---|---|---|---|---|---|
${all.map((each) => costRow(each, on)).join('\n')}
`;
}

function costRow({ variant, runs }: Cost, on: Cost | undefined): string {
  const rate = spreadOf(runs.map((run) => run.rate));
  const ratio = spreadOf(runs.map((run, round) => (on?.runs[round]?.rate ?? Number.NaN) / run.rate));
  return row(
    variant.name,
    count(rate.median),
    `${count(rate.min)} – ${count(rate.max)}`,
    spreadOf(runs.map(({ cpuMs }) => cpuMs)).median.toFixed(3),
    `**${ratio.median.toFixed(2)}**`,
    `${ratio.min.toFixed(2)} – ${ratio.max.toFixed(2)}`,
    String(runs.length),
  );
}

function brownOutSection(all: readonly BrownOut[], { brownOutSeconds }: Options): string {
  return `
## A brown-out

For ${brownOutSeconds} s half of the calls get a 503 at once and the others their response after 0.5 to 1.5 s (seeded). wrk with ${connections}
connections requests ${count(contacts)} contacts in a random order; before that, the upstream was healthy for a while. All contacts are
requested equally often and all fit into the cache, which is larger for this test than by default. A client that is refused
quickly sends its next request at once, so *complete, a second* says more than the share.

*Partial* is an answer with the contact in which some branch is null with an error. *Calls*: upstream calls divided by the
four calls of each operation. *Pending*: peak at the upstream. *Memory*: peak of the resident set in MB.

| gateway | operations | complete | partial | failed | complete, a second | p50, ms | p99, ms | calls | pending | memory |
|---|---|---|---|---|---|---|---|---|---|---|
${all.map(brownOutRow).join('\n')}

| gateway | errors, each a branch or a contact |
|---|---|
${all.map(({ variant, codes }) => row(nameOf(variant), codesToText(codes))).join('\n')}
`;
}

function brownOutRow(each: BrownOut): string {
  const { variant, operations, complete, partial, seconds, p50, p99, amplification, peakInFlight, peakBytes } = each;
  return row(
    nameOf(variant),
    count(operations),
    `**${percent(complete / operations)}**`,
    percent(partial / operations),
    percent((operations - complete - partial) / operations),
    (complete / seconds).toFixed(1),
    count(p50),
    count(p99),
    `${amplification.toFixed(2)} ×`,
    count(peakInFlight),
    megabytes(peakBytes),
  );
}

function codesToText(codes: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(codes).toSorted(([, a], [, b]) => b - a);
  return sorted.map(([code, times]) => `${code} ${count(times)}`).join(', ') || 'none';
}

function nameOf({ name, cacheBytes }: BrownOut['variant']): string {
  return cacheBytes === undefined ? name : `${name}, \`CACHE_BYTES\` ${megabytes(cacheBytes)} MB`;
}

function outageSection(all: readonly Outage[], { outageSeconds }: Options): string {
  return `
## A dead upstream

The upstream accepts calls and answers none for ${outageSeconds} s, then it recovers. ${perSecond} operations start every second, each about
another contact, whether or not earlier ones were answered; both gateways run side by side.

*Open*: from the start of the outage to the first operation that failed in less than ${quickMs} ms. *At once*: the share of operations from then
until the recovery that failed in less than ${quickMs} ms; the others were probes, or joined one. *Recovered*: from the recovery of the
upstream until the start of the last operation that was not answered completely. *Calls* as above; *probes* are pending
calls at the same time in the second half.

| gateway | operations | open, s | at once | p50, ms | longest, ms | recovered, s | calls | probes |
|---|---|---|---|---|---|---|---|---|
${all.map(outageRow).join('\n')}
`;
}

function outageRow(each: Outage): string {
  const { variant, operations, openedAfter, quickShare, p50, longest, recoveredAfter, amplification, probes } = each;
  return row(
    variant.name,
    count(operations),
    openedAfter === undefined ? 'never' : (openedAfter / 1_000).toFixed(1),
    quickShare === undefined ? '' : `**${percent(quickShare)}**`,
    rounded(p50),
    rounded(longest),
    (recoveredAfter / 1_000).toFixed(1),
    `${amplification.toFixed(2)} ×`,
    count(probes),
  );
}

function limiterSection(all: readonly LimiterPattern[], { limiterRounds, limiterSeconds }: Options): string {
  return `
## The concurrency limiter, while the upstream hangs, is slow or fails

After 2 s of healthy upstream, ${patternRates.join(' or ')} operations start every second for ${limiterSeconds} s, each about another contact and with one
upstream call. Calls without another outcome are answered after 15 to 25 ms. A gateway with all guards and one without the
concurrency limiter run at the same time and meet the same failures. The figures are the shares of operations without
errors in ${limiterRounds} rounds, and the difference of their means. The goal is a difference of at least −1 %.

| upstream | operations a second | with the limiter | without | difference |
|---|---|---|---|---|
${all.map(limiterRow).join('\n')}
`;
}

function limiterRow({ title, perSecond, withLimiter, without }: LimiterPattern): string {
  const difference = meanOf(withLimiter) - meanOf(without);
  return row(
    title,
    count(perSecond),
    withLimiter.map(percent).join(', '),
    without.map(percent).join(', '),
    `**${percent(difference).replace('-', '−')}**`,
  );
}

function meanOf(shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
