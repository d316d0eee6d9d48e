import { deleteContact } from '../resolvers/contact-deletion.ts';
import type { Payload, WrittenContact } from '../resolvers/payload.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { costsNothing, costsWrites } from './call-cost.ts';
import { ContactRef } from './contact.ts';
import { userErrors } from './payload.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const DeleteContactInput = builder.inputType('DeleteContactInput', {
  description: 'Which contact to delete.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The global id of the contact.' }) }),
});

const DeleteContactPayload = builder.objectRef<Payload<WrittenContact>>('DeleteContactPayload').implement({
  description: 'What became of a deletion.',
  fields: (t) => ({
    deletedContactId: t.globalID({
      description: 'The global id that the contact had, to take it out of a client store.',
      extensions: costsNothing,
      resolve: ({ result }) => result && { type: ContactRef, id: result.cid },
    }),
    userErrors: t.expose('userErrors', userErrors),
  }),
});

builder.mutationField('deleteContact', (t) =>
  t.field({
    type: DeleteContactPayload,
    description:
      'Deletes a contact for good. A second time the user is told NOT_FOUND. It needs no `Idempotency-Key`: a repeat deletes nothing else.',
    args: { input: t.arg({ type: DeleteContactInput, required: true, description: 'Whom to delete.' }) },
    extensions: {
      ...requiresScope('customer_write', { session: true }),
      ...costsWrites('deleteContact'),
      ...nullOnlyOnError,
    },
    resolve: deleteContact,
  }),
);
