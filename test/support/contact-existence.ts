import { demo } from '../../emulator/demo.ts';
import type { TestGateway } from './gateway.ts';

/** The entry of contactsExist for the contact of the demo. */
export const ada = { exists: true, cid: demo.contactId, extId: 'CRM-ADA-1815' };

/** The entry of contactsExist for a contact that does not exist. */
export const none = { exists: false, cid: null, extId: null };

/** Asks which of these contacts exist. @param fields of each entry */
export const contactsExist = (stack: TestGateway, by: object[], fields = 'exists cid extId') =>
  stack.query(`query ($by: [ContactBy!]!) { contactsExist(by: $by) { ${fields} } }`, { by });
