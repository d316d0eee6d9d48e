import type { Context } from '../context.ts';
import { BadUserInput } from '../errors.ts';
import type { Contact, ContactEvent, EventKind } from '../model.ts';
import { type Connection, type PageArgs, paginateRows } from './connection.ts';
import { type Optional, type ScalarInput, unwrapOptionalScalarInput } from './input/scalar-input.ts';
import { nullIfNotFound } from './null-if-not-found.ts';

/** The arguments of the field `Contact.events`. */
export type EventArgs = PageArgs & {
  types?: readonly EventKind[] | null | undefined;
  since?: Optional<ScalarInput<Date>>;
  until?: Optional<ScalarInput<Date>>;
};

/** Resolves a contact's events, newest first. `since` is inclusive and `until` exclusive, so that ranges join without overlap. */
export async function contactEvents(
  contact: Contact,
  { types, since: sinceInput, until: untilInput, ...page }: EventArgs,
  context: Context,
): Promise<Connection<ContactEvent> | null> {
  const since = unwrapOptionalScalarInput(sinceInput);
  const until = unwrapOptionalScalarInput(untilInput);
  if (since && until && since >= until) throw new BadUserInput('"since" must lie before "until".');
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
  return paginateRows(wanted, (event) => [eventTime(event), event.id ?? ''], page, context);
}

/** Instants have one text format, so that comparing texts compares times; '' sorts before all. */
function eventTime(event: ContactEvent): string {
  return event.createdAt ?? '';
}
