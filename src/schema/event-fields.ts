import type { ObjectFieldBuilder } from '@pothos/core';
import type { ContactEvent } from '../model.ts';
import { builder } from './builder.ts';
import type { EventBlock } from './event-kinds.ts';

type Fields = ObjectFieldBuilder<typeof builder.$inferSchemaTypes, ContactEvent>;

type CampaignBlock = NonNullable<ContactEvent['email'] | ContactEvent['sms'] | ContactEvent['survey']>;

const Campaign = builder.objectRef<CampaignBlock>('Campaign').implement({
  description: 'The campaign that an event belongs to.',
  fields: (t) => ({
    campaignId: t.exposeID('campaignId', { description: "The upstream's id of the campaign." }),
    campaignName: t.exposeString('campaignName', { description: 'What the organization calls it.' }),
  }),
});

const duration = 'How long it lasted, in seconds; null where the upstream does not tell.';

/** The fields of each event kind beyond those that all events have. */
export const eventFields = {
  signup: (t) => ({
    source: t.string({ description: 'Where the contact signed up.', resolve: ({ signup }) => signup?.source }),
  }),
  visit: (t) => ({
    startedAt: t.field({
      type: 'DateTime',
      description: 'When the visit started.',
      resolve: ({ visit }) => visit?.startAt,
    }),
    durationSeconds: t.int({ description: duration, resolve: ({ visit }) => visit?.duration }),
  }),
  login: (t) => ({
    durationSeconds: t.int({ description: duration, resolve: ({ login }) => login?.duration }),
  }),
  survey: (t) => ({
    campaign: t.field({ type: Campaign, description: 'The campaign of the survey.', resolve: ({ survey }) => survey }),
  }),
  email: (t) => ({
    campaign: t.field({ type: Campaign, description: 'The campaign of the e-mail.', resolve: ({ email }) => email }),
    communicationId: t.id({
      description: "The upstream's id of the e-mail.",
      resolve: ({ email }) => email?.communicationId,
    }),
    channel: t.string({ description: 'The channel it was sent through.', resolve: ({ email }) => email?.channel }),
    email: t.string({ description: 'The address it was sent to.', resolve: ({ email }) => email?.email }),
    address: t.string({
      description: 'The address it was sent to.',
      deprecationReason: 'Use email.',
      resolve: ({ email }) => email?.email,
    }),
  }),
  sms: (t) => ({
    campaign: t.field({ type: Campaign, description: 'The campaign of the message.', resolve: ({ sms }) => sms }),
    communicationId: t.id({
      description: "The upstream's id of the message.",
      resolve: ({ sms }) => sms?.communicationId,
    }),
    channel: t.string({ description: 'The channel it was sent through.', resolve: ({ sms }) => sms?.channel }),
    phone: t.string({ description: 'The number it was sent to, without prefix.', resolve: ({ sms }) => sms?.phone }),
    prefix: t.string({ description: 'International prefix of the number.', resolve: ({ sms }) => sms?.prefix }),
  }),
  unknown: (t) => ({
    typeName: t.exposeString('type', { description: 'What the upstream calls the kind of event.' }),
  }),
} satisfies Record<EventBlock, (t: Fields) => unknown>;
