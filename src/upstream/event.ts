import { z } from 'zod';
import { instant, integer, localTime, text } from './fields.ts';
import type { Upstream } from './upstream.ts';
import { path, payload } from './wire.ts';

const campaign = { campaignId: text, communicationId: text, campaignName: text };

/** One row [doc]; which block follows `when` depends on the type, and new types may appear. */
const eventRow = z.object({
  event: z.object({ type: text, id: text }).nullish(),
  where: z.object({ locationId: text, locationName: text, hotspotId: text }).nullish(),
  when: z.object({ createdAt: instant, createdAtLocal: localTime, timezone: text }).nullish(),
  visit: z.object({ startAt: instant, startAtLocal: localTime, timezone: text, duration: integer }).nullish(),
  login: z.object({ duration: integer }).nullish(),
  signup: z.object({ source: text }).nullish(),
  email: z.object({ ...campaign, channel: text, email: text }).nullish(),
  sms: z.object({ ...campaign, channel: text, phone: text, prefix: text }).nullish(),
  survey: z.object({ campaignId: text, campaignName: text }).nullish(),
});

export type ContactEvent = z.output<typeof eventRow>;

const events = z.object({ [payload.events]: z.array(eventRow) });

/** Endpoint 3: all events of a contact, in no promised order. */
export async function listEvents(upstream: Upstream, cid: string): Promise<readonly ContactEvent[]> {
  const body = await upstream.get(path.events(cid), events);
  return body[payload.events];
}
