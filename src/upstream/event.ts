import { z } from 'zod';
import { instant, integer, localTime, text } from './fields.ts';
import { row } from './row.ts';
import type { Upstream } from './upstream.ts';
import { eventBlock, eventField, path, payload } from './wire.ts';

const campaign = { campaignId: text, campaignName: text };
const message = { ...campaign, communicationId: text, channel: text };

/** Which block follows `when` depends on the type, and new types may appear. */
const eventRow = row(eventField, {
  event: row(eventBlock.event, { type: text, id: text }).nullish(),
  where: row(eventBlock.where, { locationId: text, locationName: text, hotspotId: text }).nullish(),
  when: row(eventBlock.when, { createdAt: instant, createdAtLocal: localTime, timezone: text }).nullish(),
  visit: row(eventBlock.visit, {
    startAt: instant,
    startAtLocal: localTime,
    timezone: text,
    duration: integer,
  }).nullish(),
  login: row(eventBlock.login, { duration: integer }).nullish(),
  signup: row(eventBlock.signup, { source: text }).nullish(),
  email: row(eventBlock.email, { ...message, email: text }).nullish(),
  sms: row(eventBlock.sms, { ...message, phone: text, prefix: text }).nullish(),
  survey: row(eventBlock.survey, campaign).nullish(),
});

export type ContactEvent = z.output<typeof eventRow>;

const answer = row(payload, { events: z.array(eventRow) });

/** Endpoint 3: all events of a contact, in no promised order. */
export async function listEvents(upstream: Upstream, cid: string): Promise<readonly ContactEvent[]> {
  const { events } = await upstream.get(path.events(cid), answer);
  return events;
}
