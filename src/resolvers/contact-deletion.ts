import type { Context } from '../context.ts';
import { Check } from './check.ts';
import { decodeContactId } from './global-id.ts';
import { type ContactWritten, type Payload, payloadOf, unknownContact } from './payload.ts';

/** A second time there is nothing to delete any more, which the user is told. */
export function deleteContact(
  _root: object,
  { input: { id } }: { input: { id: string } },
  { writes }: Context,
): Promise<Payload<ContactWritten>> {
  const check = new Check(['input']);
  return payloadOf({
    check,
    subject: check.read('id', id, decodeContactId),
    unknown: unknownContact(check),
    write: async (cid) => {
      await writes.deleteContact(cid);
      return { cid };
    },
  });
}
