import type { Contact } from '../model.ts';
import { builder } from './builder.ts';
import { ContactRef } from './contact.ts';

const ExternalIds = builder.objectRef<NonNullable<Contact['extId']>>('ExternalIds').implement({
  description: 'What other systems call this contact.',
  fields: (t) => ({
    extId: t.exposeString('id', { description: 'The id of the contact in another system, usually a CRM.' }),
    extProp1: t.exposeString('prop1', { description: 'The first external property.' }),
    extProp2: t.exposeString('prop2', { description: 'The second external property.' }),
  }),
});

builder.objectFields(ContactRef, (t) => ({
  externalIds: t.expose('extId', { type: ExternalIds, description: 'What other systems call this contact.' }),
}));
