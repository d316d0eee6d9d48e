import type { Context } from '../context.ts';
import type { Contact, ProfileField } from '../model.ts';

/**
 * Reads a field that a list row may lack: answered at once when the contact has it, else by its profile (one call
 * per contact and operation).
 */
export function contactProfile<F extends ProfileField>(field: F) {
  return (contact: Contact, _args: object, { loaders }: Context): Contact[F] | Promise<Contact[F]> =>
    contact[field] === undefined ? loaders.profile.load(contact.cid).then((profile) => profile[field]) : contact[field];
}
