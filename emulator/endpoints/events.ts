import { payload } from '../../src/upstream/wire/index.ts';
import { type Endpoint, readScopes, requireContact } from '../endpoint.ts';
import { encodeEvents, parseEventsQuery } from '../event-rows.ts';
import { readEvents } from '../event-scroll.ts';

/** Endpoint 3: the events of a contact; without parameters all of them, in an order that the contract does not specify. */
export const events: Endpoint = {
  scopes: readScopes,
  handle(call, system) {
    const query = parseEventsQuery(call.params);
    const contact = requireContact(call);
    const rows = call.organization.eventsOf(contact);
    const settings = system.events.current();
    const enableScroll = query.enableScroll && settings.contactScroll;
    if (settings.contactParams) return readEvents(call, system, { ...query, enableScroll }, () => rows);
    return { [payload.count]: rows.length, [payload.events]: encodeEvents(rows, settings) };
  },
};
