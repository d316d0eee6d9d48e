import type { Answer } from './gateway.ts';

/** The time so many seconds after the first event of a test, as DateTime. */
export const at = (second: number) =>
  new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString().replace('.000Z', 'Z');

/** The query of a page of the events of an organization. @param fields more fields of each event */
export const document = (
  fields = '',
) => `query ($first: Int, $after: String, $types: [ContactEventType!], $since: DateTime,
    $until: DateTime, $orderBy: EventOrder) {
  organization {
    events(first: $first, after: $after, types: $types, since: $since, until: $until, orderBy: $orderBy) {
      totalCount edges { cursor } nodes { eventId occurredAt contactId ${fields} } pageInfo { hasNextPage endCursor hasPreviousPage }
    }
  }
}`;

type Node = { eventId: string; occurredAt: string; contactId: string };

/** A page of events, or what there is of it beside the errors. */
export type ReadEvents = {
  errors: Answer['errors'];
  nodes: (Node & Record<string, unknown>)[];
  ids: string[];
  hasNextPage: boolean;
  endCursor: string | null;
};
