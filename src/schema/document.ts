import type { Contact } from '../model.ts';
import { contactProfile } from '../resolvers/contact-profile.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { profileCost, profileField } from './call-cost.ts';
import { ContactRef } from './contact.ts';

const IdentityDocument = builder.objectRef<NonNullable<Contact['document']>>('IdentityDocument').implement({
  description: 'A document that identifies a person.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'The type of document, like `passport`.' }),
    number: t.exposeString('number', { description: 'Number of a generic document.' }),
    memberId: t.exposeString('memberId', { description: 'Number of a loyalty card.' }),
    passportNumber: t.exposeString('passportNumber', {
      description: 'Number of the passport, where that is the document.',
    }),
    personalId: t.exposeString('personalId', { description: 'Number of an identity card.' }),
  }),
});

export const IdentityDocumentInput = builder.inputType('IdentityDocumentInput', {
  description: 'A document that identifies a person. Each text has 1 to 256 characters.',
  fields: (t) => ({
    type: t.string({ description: 'The type of document, like `passport`.' }),
    number: t.string({ description: 'Number of a generic document.' }),
    memberId: t.string({ description: 'Number of a loyalty card.' }),
    passportNumber: t.string({ description: 'Number of the passport, where that is the document.' }),
    personalId: t.string({ description: 'Number of an identity card.' }),
  }),
});

builder.objectFields(ContactRef, (t) => ({
  document: t.field({
    type: IdentityDocument,
    description: `The document that the contact has shown. ${profileCost}`,
    extensions: { ...requiresScope('customer_read', { session: true }), ...profileField },
    resolve: contactProfile('document'),
  }),
}));
