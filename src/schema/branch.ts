import type { Context } from '../context.ts';
import { covers, type EventFilter } from '../model.ts';
import type { PageArgs } from '../resolvers/connection.ts';
import type { Branch } from '../resolvers/contact.ts';
import { type CallCounter, type CountCalls, costs, type Objects } from './call-cost.ts';

/**
 * Marks a field of Contact as a branch: a field with its own upstream call, which starts as soon as the contact's id is known.
 *
 * @param parseArgs throws for invalid arguments, as the resolver of the field does; returns null where the field does not use
 *   its loader
 */
export function branch<A extends PageArgs>(name: Branch, parseArgs: ParseBranchArgs<A>) {
  const count: CountCalls<A> = (calls, args, on) =>
    countBranch(name, parseOnce(args, parseArgs, calls), calls, on, args.first ?? 0);
  return { branch: name, parseArgs, ...costs('1 for each contact', count, name) };
}

type ParseBranchArgs<A> = (args: A, limits: Pick<Context, 'maxPageSize'>) => unknown;

/** A filter that no other one is within. */
const noEvents: EventFilter = { since: '~' };

/** Parsed arguments that are the same in every operation of a document: these are frozen. */
const parsedConstants = new WeakMap<object, { readonly maxPageSize: number; readonly parsed: unknown }>();

function parseOnce<A extends object>(args: A, parseArgs: ParseBranchArgs<A>, { maxPageSize }: CallCounter): unknown {
  const known = parsedConstants.get(args);
  if (known?.maxPageSize === maxPageSize) return known.parsed;
  const parsed = parseArgs(args, { maxPageSize });
  if (Object.isFrozen(args)) parsedConstants.set(args, { maxPageSize, parsed });
  return parsed;
}

/** Counts a branch of contacts. Events that are read within the answer of other events of the contact make no call. */
function countBranch(name: Branch, parsed: unknown, calls: CallCounter, on: Objects, rows: number): Objects {
  const { readEvents } = on;
  const { filter } = (parsed ?? { filter: noEvents }) as { filter?: EventFilter }; // only the arguments of events have a filter
  if (parsed === null) calls.add(on.count);
  else if (filter === undefined || readEvents === undefined) calls.addShared(name, on);
  else if (!covers(readEvents, filter)) calls.addShared(`${name} ${JSON.stringify(filter)}`, on);
  return filter === undefined ? on : { ...on, count: on.count * rows, readEvents: filter };
}
