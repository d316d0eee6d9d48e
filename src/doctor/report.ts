/** A difference between the upstream and the wire contract, with the line of the contract to change. */
export type Finding = {
  /** The name with its path, like `customers.firstName`, or what was checked, like `status`. */
  readonly name: string;
  readonly expected: string;
  readonly came: string;
  readonly wire: string;
};

/** The result of one check. */
export type Check = {
  /** The number of the call in docs/upstream.md. */
  readonly call: number;
  readonly title: string;
  readonly outcome: 'matches' | 'differs' | 'untried';
  /** Why it could not be tried, or what was seen. */
  readonly detail?: string;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
};

/** All results of a run. */
export type Report = {
  readonly upstream: string;
  readonly calls: number;
  readonly checks: readonly Check[];
  /** The throw-away contact that could not be deleted, with what to do. */
  readonly leftBehind?: string;
};

const words = { matches: 'matches', differs: 'DIFFERS', untried: 'could not be tried' };

/** Formats the results as a table for people. */
export function formatReport({ upstream, calls, checks, leftBehind }: Report): string {
  const width = Math.max(...checks.map(({ title }) => title.length));
  const lines = checks.flatMap(({ call, title, outcome, detail, findings, notes }) => [
    `${String(call).padStart(4)}  ${title.padEnd(width)}  ${words[outcome]}${detail === undefined ? '' : `: ${detail}`}`,
    ...findings.flatMap(({ name, expected, came, wire }) => [
      `      - ${name}: expected ${expected}, came ${came}`,
      `        change ${wire}`,
    ]),
    ...notes.map((note) => `      note: ${note}`),
  ]);
  const counts = (['matches', 'differs', 'untried'] as const).map(
    (outcome) => `${checks.filter((check) => check.outcome === outcome).length} ${words[outcome].toLowerCase()}`,
  );
  const warning = leftBehind === undefined ? [] : [`WARNING: ${leftBehind}`];
  return [
    `Contract check of ${upstream}`,
    ` call  check`,
    ...lines,
    ...warning,
    `${counts.join(', ')}; ${calls} calls`,
    '',
  ].join('\n');
}

/** Formats the results as JSON for machines. */
export function formatJson({ leftBehind, ...report }: Report): string {
  const differences = report.checks.reduce((sum, { findings }) => sum + findings.length, 0);
  return `${JSON.stringify({ ...report, differences, ...(leftBehind && { leftBehind }) }, undefined, 2)}\n`;
}
