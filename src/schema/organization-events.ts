import {
  type OrganizationEventsArgs,
  organizationEvents,
  parseOrganizationEventsArgs,
} from '../resolvers/organization-events.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { type CountCalls, costs } from './call-cost.ts';
import { forwardArgs } from './connection.ts';
import { OrderDirection } from './contact-order.ts';
import { enumValues } from './enum.ts';
import { ContactEventConnection, eventFilterArgs } from './event.ts';
import { callsPerEvent } from './look-ahead.ts';
import { OrganizationRef } from './organization.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const EventOrderField = builder.enumType('EventOrderField', {
  description: 'What events can be ordered by.',
  values: enumValues({ occurred_at: 'When the event happened, as an absolute time.' }),
});

const EventOrder = builder.inputType('EventOrder', {
  description: 'An order of events.',
  fields: (t) => ({
    field: t.field({
      type: EventOrderField,
      required: true,
      defaultValue: 'occurred_at',
      description: 'What to order by.',
    }),
    direction: t.field({
      type: OrderDirection,
      required: true,
      defaultValue: 'desc',
      description: 'Earliest or latest first.',
    }),
  }),
});

/** Each event may be of another contact. */
const countEvents: CountCalls<OrganizationEventsArgs> = (calls, args, { count }) => {
  const { size } = parseOrganizationEventsArgs(args, calls);
  calls.add(count);
  return calls.unknownContacts(count * size, 'nothing');
};

builder.objectFields(OrganizationRef, (t) => ({
  events: t.field({
    type: ContactEventConnection,
    description:
      'The events of all contacts, latest first by default. Page with `after: pageInfo.endCursor`, keeping all other arguments.',
    args: {
      ...forwardArgs(t.arg),
      ...eventFilterArgs(t.arg),
      orderBy: t.arg({ type: EventOrder, description: 'In which order; by default the latest events come first.' }),
    },
    extensions: {
      ...requiresScope('events_read'),
      ...costs('1', countEvents, 'organizationEvents'),
      ...nullOnlyOnError,
    },
    resolve: (_organization, args, context, info) => organizationEvents(args, callsPerEvent(info, context), context),
  }),
}));
