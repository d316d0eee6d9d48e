import type { Context } from '../context.ts';
import { decodeContactId } from './input/global-id.ts';
import { InputValidator } from './input/validator.ts';
import { contactNotFound, type Payload, runMutation, type WrittenContact } from './payload.ts';

/** Deletes a contact; a second deletion answers the user error NOT_FOUND. */
export function deleteContact(
  _root: object,
  { input: { id } }: { input: { id: string } },
  { writes }: Context,
): Promise<Payload<WrittenContact>> {
  const validator = new InputValidator(['input']);
  return runMutation({
    validator,
    subject: validator.parse('id', id, decodeContactId),
    notFound: contactNotFound(validator),
    write: async (cid) => {
      await writes.deleteContact(cid);
      return { cid };
    },
  });
}
