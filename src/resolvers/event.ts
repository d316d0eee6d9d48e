import type { Context } from '../context.ts';
import { BadUserInput } from '../errors.ts';
import type { Contact, ContactEvent, EventKind } from '../model.ts';
import { type Connection, type PageArgs, paginateRows } from './connection.ts';
import { type Optional, type ScalarInput, unwrapOptionalScalarInput } from './input/scalar-input.ts';
import { nullIfNotFound } from './null-if-not-found.ts';

export type EventArgs = PageArgs & {
  types?: readonly EventKind[] | null | undefined;
  since?: Optional<ScalarInput<Date>>;
  until?: Optional<ScalarInput<Date>>;
};

/** A contact's events, newest first. `since` is inclusive, `until` is not, so that ranges join without overlap. */
export async function contactEvents(
  contact: Contact,
  { types, since: givenSince, until: givenUntil, ...page }: EventArgs,
  context: Context,
): Promise<Connection<ContactEvent> | null> {
  const since = unwrapOptionalScalarInput(givenSince);
  const until = unwrapOptionalScalarInput(givenUntil);
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

/** Instants are normalized to one text format, so their order is that of their text; '' sorts before any. */
function eventTime(event: ContactEvent): string {
  return event.createdAt ?? '';
}
