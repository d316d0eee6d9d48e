import type { GraphQLError } from 'graphql';
import type { Part } from './part.ts';

type Path = readonly (string | number)[];

/** What a deferred fragment or a stream delivers, in the format of 2022: it names its place by a path instead of an id. */
type LegacyEntry = { path: Path; label?: string; errors?: readonly GraphQLError[] } & (
  | { data: unknown }
  | { items: readonly unknown[] | null }
);

/** A part of an answer in the format of 2022 (`deferSpec=20220824`). */
export type LegacyPart = {
  data?: unknown;
  errors?: readonly GraphQLError[];
  incremental?: readonly LegacyEntry[];
  extensions?: unknown;
  hasNext: boolean;
};

/** A deferred fragment or a stream that is not complete, and what was delivered of it. */
type Pending = {
  readonly path: Path;
  readonly label?: string;
  readonly isStream: boolean;
  data: unknown;
  /** Whether its fields are delivered at several places, or with another fragment. */
  isDivided: boolean;
  readonly errors: GraphQLError[];
};

type Entry = NonNullable<Extract<Part, { incremental?: unknown }>['incremental']>[number];

/**
 * Creates the conversion of one answer from the current format to that of 2022.
 *
 * The current format delivers each field once. Clients of 2022 expect all fields of a deferred fragment in one object at the
 * path of the fragment, and Relay finds the fragment by that path and its label. Where fields of a fragment stand deeper, or were
 * delivered with another fragment, the object has everything that the client knows of the place by then.
 *
 * @returns a function that converts the next part; it returns undefined for one without content for such clients
 */
export function createLegacyFormat(): (part: Part) => LegacyPart | undefined {
  const allPending = new Map<string, Pending>();
  /** The answer as far as it is delivered. */
  let answer: unknown;

  function announce(pending: Part['pending'] = []): void {
    for (const { id, path, label } of pending) {
      const isStream = Array.isArray(valueAt(answer, path));
      const place = label === undefined ? { path } : { path, label };
      allPending.set(id, { ...place, isStream, data: undefined, isDivided: false, errors: [] });
    }
  }

  /** @returns what is delivered at once: the items of a stream. A deferred fragment is delivered when it is complete */
  function add(entry: Entry): readonly LegacyEntry[] {
    const pending = allPending.get(entry.id);
    if (pending === undefined) return [];
    const { subPath = [], errors = [] } = entry;
    const path = [...pending.path, ...subPath];
    if ('items' in entry) {
      const list = valueAt(answer, path) as unknown[];
      const first = list.length;
      list.push(...entry.items);
      return [toEntry({ items: entry.items }, { ...pending, path: [...path, first] }, errors)];
    }
    Object.assign(valueAt(answer, path) as object, entry.data);
    pending.isDivided ||= pending.data !== undefined || subPath.length > 0;
    pending.data = entry.data;
    pending.errors.push(...errors);
    return [];
  }

  function complete({ id, errors }: { id: string; errors?: readonly GraphQLError[] }): readonly LegacyEntry[] {
    const pending = allPending.get(id); // kept, because the answer may end with an error for this id instead
    if (pending === undefined) return [];
    const { isStream, isDivided, data, path } = pending;
    if (errors !== undefined) return [toEntry(isStream ? { items: null } : { data: null }, pending, errors)];
    if (isStream) return [];
    const whole = isDivided || data === undefined ? valueAt(answer, path) : data;
    return [toEntry({ data: whole }, pending, pending.errors)];
  }

  return (part) => {
    const { pending, hasNext, extensions } = part;
    const common = { hasNext, ...(extensions && { extensions }) };
    if ('data' in part) {
      answer = part.data;
      announce(pending);
      return { data: part.data, ...(part.errors && { errors: part.errors }), ...common };
    }
    announce(pending);
    const incremental = [...(part.incremental ?? []).flatMap(add), ...(part.completed ?? []).flatMap(complete)];
    if (incremental.length === 0) return hasNext ? undefined : common;
    return { incremental, ...common };
  };
}

function toEntry(
  content: { data: unknown } | { items: readonly unknown[] | null },
  { path, label }: Pick<Pending, 'path' | 'label'>,
  errors: readonly GraphQLError[],
): LegacyEntry {
  return { ...content, path, ...(label !== undefined && { label }), ...(errors.length > 0 && { errors }) };
}

function valueAt(answer: unknown, path: Path): unknown {
  let value = answer;
  for (const key of path) value = (value as Record<string | number, unknown> | null | undefined)?.[key];
  return value;
}
