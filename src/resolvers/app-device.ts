import type { Context } from '../context.ts';
import { type InstallationInput, parseAppDevice } from './device-input.ts';
import { decodeContactId } from './input/global-id.ts';
import { required } from './input/problems.ts';
import type { Optional } from './input/scalar-input.ts';
import { InputValidator } from './input/validator.ts';
import { contactNotFound, type FieldPath, type Payload, runMutation, type WrittenContact } from './payload.ts';

/** The input of the mutation `registerContactDevice`. `id` is a global id, which a customer session may leave out. */
export type RegisterContactDeviceInput = InstallationInput & { readonly id?: Optional<string> };

/** Tells which app and device a contact uses. The response key identifies the write for an `Idempotency-Key`. */
export function registerContactDevice(
  _root: object,
  { input }: { input: RegisterContactDeviceInput },
  { caller, idempotentWrite, writes }: Context,
  { path: { key } }: FieldPath,
): Promise<Payload<WrittenContact>> {
  const validator = new InputValidator(['input']);
  const subject = validator.parse('id', input.id, decodeContactId) ?? (input.id == null ? caller.contactId : undefined);
  if (subject === undefined && input.id == null) validator.add(['id'], required('Say whose device it is.'));
  const device = parseAppDevice(input, validator);
  return runMutation({
    validator,
    subject,
    notFound: contactNotFound(validator),
    write: (cid) =>
      idempotentWrite({
        path: `${key}`,
        input: { cid, device },
        async write() {
          await writes.registerDevice(cid, device);
          return { cid };
        },
        toRecord: (written) => written,
        fromRecord: (record) => record as WrittenContact, // as `toRecord` wrote it
      }),
  });
}
