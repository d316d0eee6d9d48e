import { contactProfile } from '../resolvers/contact-profile.ts';
import { builder } from './builder.ts';
import { ContactRef } from './contact.ts';

const PolicyAcceptance = builder
  .objectRef<{ name: string; accepted?: boolean | null | undefined }>('PolicyAcceptance')
  .implement({
    description: 'What a contact said to one policy.',
    fields: (t) => ({
      key: t.exposeString('name', {
        nullable: false,
        description:
          'The key of the policy; a custom policy has the prefix `customs.`. `organization { policies }` has the titles.',
      }),
      accepted: t.exposeBoolean('accepted', { description: 'Whether the contact has accepted it.' }),
    }),
  });

const ProcessingConsent = builder
  .objectRef<{ profiling?: boolean | null | undefined; processingPersonalData?: boolean | null | undefined }>(
    'ProcessingConsent',
  )
  .implement({
    description: 'What may be done with the data of a contact; both must be true to process and profile it.',
    fields: (t) => ({
      profiling: t.exposeBoolean('profiling', { description: 'Whether the contact may be profiled.' }),
      personalData: t.exposeBoolean('processingPersonalData', {
        description: 'Whether personal data may be processed.',
      }),
    }),
  });

builder.objectFields(ContactRef, (t) => ({
  policies: t.expose('policies', {
    type: [PolicyAcceptance],
    nullable: { list: true, items: false },
    description: 'What the contact said to each policy of the organization.',
  }),
  processingConsent: t.field({
    type: ProcessingConsent,
    description: 'What may be done with the data of the contact.',
    resolve: contactProfile('processingData'),
  }),
}));
