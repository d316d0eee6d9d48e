import type { Context } from '../context.ts';
import type { ContactEvent, EventFilter } from '../model.ts';
import { type Connection, LazyPageInfo, type PageArgs } from './connection.ts';
import { type EventFilterArgs, parseEventFilter } from './event-args.ts';
import { parsePageSize } from './input/page-size.ts';
import { InputValidator } from './input/validator.ts';
import { createListCursors, sliceConnection } from './slice-connection.ts';

/** The arguments of the field `Organization.events`. */
export type OrganizationEventsArgs = PageArgs &
  EventFilterArgs & { orderBy?: { direction: 'asc' | 'desc' } | null | undefined };

/** Parses the page size and the filter. @throws {BadUserInput} */
export function parseOrganizationEventsArgs(
  args: OrganizationEventsArgs,
  limits: Pick<Context, 'maxPageSize'>,
): { size: number; filter: EventFilter } {
  const validator = new InputValidator();
  const size = parsePageSize(validator, 'first', args.first, limits);
  const filter = parseEventFilter(args, validator);
  validator.throwProblems();
  return { size, filter };
}

/**
 * Resolves a page of the events of all contacts of the caller's organization, by time.
 *
 * @param callsPerEvent the number of upstream calls that the operation makes for each event, for its contact
 * @throws {BadUserInput} for invalid arguments, {CursorInvalid} and {CursorExpired} for cursors
 */
export async function organizationEvents(
  args: OrganizationEventsArgs,
  callsPerEvent: number,
  context: Context,
): Promise<Connection<ContactEvent>> {
  const { size, filter } = parseOrganizationEventsArgs(args, context);
  const latestFirst = args.orderBy?.direction !== 'asc';
  const cursors = createListCursors(context, 'events', filter, latestFirst);
  const after = args.after == null ? undefined : cursors.decrypt(args.after);
  if (filter.types?.length === 0)
    return { totalCount: 0, edges: [], pageInfo: new LazyPageInfo(false, false, () => null) };
  if (callsPerEvent > 0) await context.waitForFanOut(size * callsPerEvent);
  const list = await context.readEvents({ filter, latestFirst });
  const slice = await list.forward(size, after);
  // The upstream counts the rows of the bounds that it was sent, which are wider than the filter.
  const totalCount = isFilterEmpty(filter) ? slice.total : undefined;
  return { ...sliceConnection(slice, slice.rows, cursors), totalCount };
}

function isFilterEmpty({ types, since, until }: EventFilter): boolean {
  return types === undefined && since === undefined && until === undefined;
}
