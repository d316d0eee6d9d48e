import type { Context } from '../context.ts';
import type { Contact, ProfileField } from '../model.ts';

/**
 * Creates the resolver of a field that list rows may lack: the value of the row, or else of the contact's profile, which costs
 * one upstream call per contact and operation.
 */
export function contactProfile<F extends ProfileField>(field: F) {
  return (contact: Contact, _args: object, { loaders }: Context): Contact[F] | Promise<Contact[F]> =>
    contact[field] === undefined ? loaders.profile.load(contact.cid).then((profile) => profile[field]) : contact[field];
}
