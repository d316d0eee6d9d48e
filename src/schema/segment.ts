import type { Contact } from '../model.ts';
import { builder } from './builder.ts';
import { ContactRef } from './contact.ts';

type SegmentRow = NonNullable<Contact['segments']>[number];

const Segment = builder.objectRef<SegmentRow>('Segment').implement({
  description: 'A group of contacts that an organization has defined.',
  fields: (t) => ({
    segmentId: t.exposeID('cid', { description: "The upstream's id of the segment, for `ContactFilter.segmentIds`." }),
    cid: t.exposeID('cid', { description: "The upstream's id of the segment.", deprecationReason: 'Use segmentId.' }),
    name: t.exposeString('name', { description: 'What the organization calls it.' }),
  }),
});

builder.objectFields(ContactRef, (t) => ({
  segments: t.expose('segments', {
    type: [Segment],
    nullable: { list: true, items: false },
    description: 'The segments that the contact is in.',
  }),
  segmentIds: t.exposeIDList('segmentCids', {
    nullable: { list: true, items: false },
    description: "The upstream's ids of the segments that the contact is in.",
  }),
  segmentCids: t.exposeIDList('segmentCids', {
    nullable: { list: true, items: false },
    description: "The upstream's ids of the segments that the contact is in.",
    deprecationReason: 'Use segmentIds.',
  }),
}));
