import type { Shape } from '../../upstream/decode/decoder.ts';
import type { ValueKind } from '../../upstream/decode/value-kind.ts';
import { jsonKind, type Observation, type Observations } from './observe.ts';

/** A difference between the upstream and the contract. It has names and types, never a value. */
export type Difference = { readonly path: string; readonly expected: string; readonly came: string };

/** What the observations of one call show. */
export type Judgement = {
  readonly differences: readonly Difference[];
  /** What is unusual and no difference of the contract: a few values that do not fit, further names. */
  readonly notes: readonly string[];
  /** The names of the contract that no answer had with a value. */
  readonly unseen: readonly string[];
};

/** Exceptions from the rule that the upstream writes each name, as paths without array marks. */
export type Exceptions = {
  /** Names that an answer may lack; another name that resembles such a name is reported nevertheless. */
  readonly mayLack?: readonly string[];
  /** Names that are not looked for. */
  readonly ignored?: readonly string[];
};

/** Compares what was seen with the contract. */
export function judge({ names, others }: Observations, { mayLack = [], ignored = [] }: Exceptions = {}): Judgement {
  const differences: Difference[] = [];
  const notes: string[] = [];
  const unseen: string[] = [];
  const omitting = objectsThatOmit(names, mayLack);
  for (const [path, observation] of names) {
    const plain = plainPath(path);
    const { total, absent, present } = totals(observation);
    const { shape, misfits, isRequired } = observation;
    const wrong = sum(misfits);
    const isAbsent = absent === total && total > 0;
    if (path === '' || path.endsWith('[]') ? wrong === 0 : ignored.includes(plain)) continue;
    if (present === 0 && wrong === 0 && !mayLack.includes(plain)) unseen.push(plain);
    if (isAbsent) {
      const likely = likelyNames(path, others);
      const isExpected = isRequired || !(mayLack.includes(plain) || omitting.has(parentOf(path)));
      if (isExpected || likely.length > 0) {
        const came = likely.length === 0 ? 'absent' : `absent, but there is ${likely.join(', ')}`;
        differences.push({ path: plain, expected: expectedText(shape), came });
      }
    } else if (wrong * 2 >= Math.max(present, 1) && wrong > 0) {
      differences.push({ path: plain, expected: expectedText(shape), came: cameText(shape, misfits) });
    } else if (wrong > 0)
      notes.push(`${plain}: ${wrong} of ${present} values do not fit (${cameText(shape, misfits)})`);
  }
  return { differences, notes: [...notes, ...furtherNames(others, ignored)], unseen };
}

/**
 * Finds the objects of an upstream that leaves out what is not set: some names stand in some of the objects only, or most
 * stand in none, and no name has null. In other objects a name that is always absent is not in the upstream's contract.
 */
function objectsThatOmit(names: Observations['names'], mayLack: readonly string[]): Set<string> {
  const expected = [...names].filter(([path]) => !mayLack.includes(plainPath(path)));
  const objects = Map.groupBy(expected, ([path]) => parentOf(path));
  const found = [...objects].filter(([, entries]) => {
    const counts = entries.map(([, observation]) => totals(observation));
    const hasNull = counts.some(({ total, absent, present }) => total > absent + present);
    const isPartial = counts.some(({ total, absent }) => absent > 0 && absent < total);
    const missing = counts.filter(({ total, absent }) => absent === total).length;
    return !hasNull && (isPartial || missing * 3 > counts.length);
  });
  return new Set(found.map(([path]) => path));
}

/** Finds other names that probably stand for a name of the contract: a similar one beside it, or the same one elsewhere. */
function likelyNames(path: string, others: Observations['others']): string[] {
  const name = nameOf(path);
  const found = [...others].filter(([other]) => {
    if (parentOf(other) === parentOf(path)) return resembles(nameOf(other), name);
    return nameOf(other) === name && name.length > 2;
  });
  return found.slice(0, 3).map(([other, kind]) => `${plainPath(other)} (${kind})`);
}

function resembles(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, '')) as [string, string];
  return a.length > 1 && b.length > 1 && (a.includes(b) || b.includes(a));
}

/** Names that are not in the contract, which are no difference: the gateway ignores them. Names within them are not shown. */
function furtherNames(others: Observations['others'], ignored: readonly string[]): string[] {
  const outer = [...others.keys()].filter(
    (path) => !others.has(parentOf(path)) && !others.has(plainPath(parentOf(path))),
  );
  const paths = [...new Set(outer.map(plainPath))].filter((path) => !ignored.includes(path));
  if (paths.length === 0) return [];
  const shown = paths.slice(0, 10);
  const rest = paths.length - shown.length;
  return [`not in the contract, and ignored: ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`];
}

function totals({ kinds }: Observation): { total: number; absent: number; present: number } {
  const [absent, nulls, total] = [kinds.get('absent') ?? 0, kinds.get('null') ?? 0, sum(kinds)];
  return { total, absent, present: total - absent - nulls };
}

/** The expected value in words, like `string (time)`. */
function expectedText(shape: Shape | undefined): string {
  if (shape === undefined) return 'this name';
  const json = jsonKind(shape) ?? 'a value';
  return shape.kind === 'value' && shape.format !== json ? `${json} (${shape.format})` : json;
}

function cameText(shape: Shape | undefined, misfits: ReadonlyMap<ValueKind, number>): string {
  const expected = shape && jsonKind(shape);
  return [...misfits.keys()].map((kind) => (kind === expected ? `another ${kind}` : kind)).join(', ');
}

function sum(counts: ReadonlyMap<ValueKind, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** A path without the marks of arrays. */
function plainPath(path: string): string {
  return path.replaceAll('[]', '');
}
