import type { Context } from '../context.ts';
import type { Contact, ContactEvent, EventKind } from '../model.ts';
import { type Connection, type ForwardPage, type PageArgs, paginateRows, parseForwardPage } from './connection.ts';
import { notAllowed } from './input/problems.ts';
import type { Optional, ScalarInput } from './input/scalar-input.ts';
import { InputValidator } from './input/validator.ts';
import { nullIfNotFound } from './null-if-not-found.ts';

/** The arguments of the field `Contact.events`. */
export type EventArgs = PageArgs & {
  types?: readonly EventKind[] | null | undefined;
  since?: Optional<ScalarInput<Date>>;
  until?: Optional<ScalarInput<Date>>;
};

type ParsedEventArgs = Pick<EventArgs, 'types'> & {
  since: Date | undefined;
  until: Date | undefined;
  page: ForwardPage;
};

/** Parses the arguments of a contact's events. @throws {BadUserInput}, {CursorInvalid} */
export function parseEventArgs(
  { types, since: sinceInput, until: untilInput, ...page }: EventArgs,
  context: Pick<Context, 'maxPageSize'>,
): ParsedEventArgs {
  const validator = new InputValidator();
  const since = validator.value<Date>('since', sinceInput);
  const until = validator.value<Date>('until', untilInput);
  if (since && until && since >= until) validator.add(['since'], notAllowed('Use a time before "until".'));
  return { types, since, until, page: parseForwardPage(page, context, validator) };
}

/** Resolves a contact's events, newest first. `since` is inclusive and `until` exclusive, so that ranges join without overlap. */
export async function contactEvents(
  contact: Contact,
  args: EventArgs,
  context: Context,
): Promise<Connection<ContactEvent> | null> {
  const { types, since, until, page } = parseEventArgs(args, context);
  const from = since?.toISOString() ?? '';
  const to = until?.toISOString();
  const events = await context.loaders.events.load(contact.cid).catch(nullIfNotFound);
  if (events === null) return null;
  const wantsAll = since === undefined && until === undefined && types == null;
  const isWanted = (event: ContactEvent) => {
    const at = eventTime(event);
    return at >= from && (to === undefined || at < to) && (types == null || types.includes(event.kind));
  };
  const wanted = wantsAll ? events : events.filter(isWanted);
  return paginateRows(wanted, (event) => [eventTime(event), event.id ?? ''], page);
}

/** Instants have one text format, so that comparing texts compares times; '' sorts before all. */
function eventTime(event: ContactEvent): string {
  return event.createdAt ?? '';
}
