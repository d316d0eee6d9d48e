import { demo } from '../../emulator/demo.ts';
import { globalId, writeMutations } from './contact-queries.ts';

/** Selects the contact of the demo. */
export const ada = `contact(by: {cid: "${demo.contactId}"})`;
/** The global id of the contact of the demo. */
export const id = globalId('Contact', demo.contactId);
const contact = { cid: demo.contactId, username: 'u', email: 'a@example.com', phone: '+393331112223' };
const identifiers = { ...contact, extId: 'e', extProp1: 'p', extProp2: 'q', cursor: 'c', token: 't' };

/** The scopes that permit to read; each of them is sufficient. */
export const readScopes = [['customer_read'], ['organization_read']];
const writes = [['customer_write'], ['organization_write']];
const tokens = [['organization_write']];

/** Each field of Query and Mutation that needs a scope, with the sufficient scopes and an operation that uses the field. */
export const guardedFields: Record<string, [scopes: string[][], operation: string]> = {
  contact: [readScopes, `{ ${ada} { cid events { totalCount } devices { totalCount } } }`],
  contactExists: [readScopes, `{ contactExists(by: {cid: "${demo.contactId}"}) }`],
  contactsExist: [readScopes, `{ contactsExist(by: [{cid: "${demo.contactId}"}]) { exists } }`],
  contacts: [readScopes, '{ contacts(first: 2) { nodes { cid } } }'],
  organization: [readScopes, '{ organization { cid } }'],
  ...Object.fromEntries(
    Object.entries(writeMutations(identifiers, '{ cid }')).map(([name, operation]) => [
      name,
      [name.endsWith('Token') ? tokens : writes, operation],
    ]),
  ),
};
