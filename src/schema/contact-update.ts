import { canBeCleared, type UpdatedFields, updateContact, updateContacts } from '../resolvers/contact-update.ts';
import type { Payload, WrittenContact } from '../resolvers/payload.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { bulkPayload } from './bulk.ts';
import { costsWrites } from './call-cost.ts';
import { contactFields } from './contact-changes.ts';
import { IdentityDocumentInput } from './document.ts';
import { userErrors, writtenContact, writtenContactEdge } from './payload.ts';
import { ProcessingConsentInput } from './policy.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

/** The description of a field, with what null does to it. */
function describe(name: keyof UpdatedFields, text: string): string {
  return `${text} ${canBeCleared(name) ? 'Null removes it.' : 'Null is refused: the upstream can replace it only.'}`;
}

const UpdateContactInput = builder.inputType('UpdateContactInput', {
  description:
    'What to change of a contact. What is left out stays as it is. Null removes a value, and is refused with NOT_ALLOWED where the upstream has no request for that: each field says which of the two.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The global id of the contact.' }),
    ...contactFields(t, describe),
    document: t.field({
      type: IdentityDocumentInput,
      description: describe(
        'document',
        'The document that the person has shown, all of it: what is not in this object is not kept.',
      ),
    }),
    processingConsent: t.field({
      type: ProcessingConsentInput,
      description: describe(
        'processingConsent',
        'What may be done with the data of the contact, both fields together.',
      ),
    }),
  }),
});

const UpdateContactPayload = builder.objectRef<Payload<WrittenContact>>('UpdateContactPayload').implement({
  description: 'What became of a change.',
  fields: (t) => ({
    contact: t.field(writtenContact),
    contactEdge: t.field(writtenContactEdge),
    userErrors: t.expose('userErrors', userErrors),
  }),
});

const UpdateContactsPayload = bulkPayload('UpdateContactsPayload', UpdateContactPayload);

builder.mutationFields((t) => ({
  updateContact: t.field({
    type: UpdateContactPayload,
    description:
      'Changes a contact: what is given, and nothing else. It needs no `Idempotency-Key`: to do it twice has the same effect as once.',
    args: { input: t.arg({ type: UpdateContactInput, required: true, description: 'What to change of whom.' }) },
    extensions: {
      ...requiresScope('customer_write', { session: true }),
      ...costsWrites('updateContact'),
      ...nullOnlyOnError,
    },
    resolve: updateContact,
  }),
  updateContacts: t.field({
    type: UpdateContactsPayload,
    description:
      'Changes up to 100 contacts, each for itself, with an upstream call for each row: a row that fails does not stop the others. It needs no `Idempotency-Key`: to do it twice has the same effect as once.',
    args: {
      inputs: t.arg({
        type: [UpdateContactInput],
        required: true,
        description: 'One row for each change; rows of the same contact are written in their order.',
      }),
    },
    extensions: { ...requiresScope('customer_write'), ...costsWrites('updateContact'), ...nullOnlyOnError },
    resolve: updateContacts,
  }),
}));
