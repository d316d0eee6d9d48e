import { forbidden } from '../api-error.ts';
import type { Endpoint } from '../endpoint.ts';
import { parseEventsQuery } from '../event-rows.ts';
import { defaultEventsSize, readEvents } from '../event-scroll.ts';

/** The contacts whose events this endpoint has: the first ones, because the events are generated and sorted for each scroll. */
const maxContacts = 2_000;

/** Endpoint 20: the events of all contacts of an organization, by time, with a scroll of its own. */
export const organizationEvents: Endpoint = {
  scopes: ['organization_read', 'events_read'],
  handle(call, system) {
    const { organization, id } = call;
    if (id !== organization.organizationId) throw forbidden();
    const parsed = parseEventsQuery(call.params);
    const query = {
      ...parsed,
      sortBy: parsed.sortBy ?? 'businessTime',
      size: parsed.size ?? defaultEventsSize,
    } as const;
    return readEvents(call, system, query, () =>
      organization.store.rows().slice(0, maxContacts).flatMap(organization.eventsOf),
    );
  },
};
