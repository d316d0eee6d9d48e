import type { Context } from '../context.ts';
import type { ContactChanges, ContactUpdate } from '../model.ts';
import { type BulkResult, rejectRowCount, runBulkRows } from './bulk-rows.ts';
import { type ConsentInput, type DocumentInput, notClearable, parseChangedBlocks } from './contact-blocks.ts';
import { type ContactFields, type ExternalIdsInput, parseContactFields } from './contact-changes.ts';
import { decodeContactId } from './input/global-id.ts';
import { notAllowed, required } from './input/problems.ts';
import type { Optional } from './input/scalar-input.ts';
import { InputValidator } from './input/validator.ts';
import { contactNotFound, type Payload, runMutation, type WrittenContact } from './payload.ts';

/** The input of the mutation `updateContact`. `id` is a global id. */
export type UpdateContactInput = UpdatedFields & { id: string };

/** The fields that an update can change. */
export type UpdatedFields = ContactFields & {
  document?: Optional<DocumentInput>;
  processingConsent?: Optional<ConsentInput>;
};

type Update = { check: InputValidator; cid: string | undefined; changes: ContactUpdate };

/** Updates a contact. Absent fields stay unchanged. */
export function updateContact(
  _root: object,
  { input }: { input: UpdateContactInput },
  context: Context,
): Promise<Payload<WrittenContact>> {
  return update(parseUpdate(input, new InputValidator(['input'])), context);
}

/** Updates contacts. Rows of the same contact are written one after the other, so that the last one wins. */
export async function updateContacts(
  _root: object,
  { inputs }: { inputs: readonly UpdateContactInput[] },
  context: Context,
): Promise<BulkResult<Payload<WrittenContact>>> {
  const wrong = rejectRowCount<Payload<WrittenContact>>(inputs);
  if (wrong !== undefined) return wrong;
  const rows = inputs.map((input, index) => parseUpdate(input, new InputValidator(['inputs', String(index)])));
  const keysOf = ({ cid }: Update) => (cid === undefined ? [] : [cid]);
  return runBulkRows(rows, keysOf, (row) => update(row, context));
}

function update({ check: validator, cid, changes }: Update, { writes }: Context): Promise<Payload<WrittenContact>> {
  return runMutation({
    validator,
    subject: cid,
    notFound: contactNotFound(validator),
    write: async (cid) => {
      await writes.updateContact(cid, changes);
      return { cid };
    },
  });
}

function parseUpdate({ id, ...fields }: UpdateContactInput, check: InputValidator): Update {
  const cid = check.parse('id', id, decodeContactId);
  const names = Object.keys(fields) as (keyof UpdatedFields)[]; // the schema has no others
  if (names.length === 0) check.add([], required('Give at least one field to change.'));
  const changes: ContactUpdate = { ...parseContactFields(fields, check), ...parseChangedBlocks(fields, check) };
  const cleared = names.filter((name) => fields[name] === null);
  for (const name of cleared) if (!canBeCleared(name)) check.add([name], notAllowed(notClearable));
  const clearedIds = parseClearedIds(fields.externalIds, check);
  return { check, cid, changes: Object.assign(changes, ...[...cleared, ...clearedIds].map((name) => unset[name])) };
}

/** Returns the external ids that are null in their object, which clears them. An empty object changes nothing. */
function parseClearedIds(
  ids: UpdatedFields['externalIds'],
  check: InputValidator,
): readonly (keyof ExternalIdsInput)[] {
  if (ids == null) return [];
  const names = Object.keys(ids) as (keyof ExternalIdsInput)[]; // the schema has no others
  if (names.length === 0) check.add(['externalIds'], required('Give at least one of them.'));
  return names.filter((name) => ids[name] === null);
}

/**
 * The changes that clear a field. [assumed] The upstream writes an unset text as an empty one, and accepts that as well; the
 * fields that are not listed here cannot be cleared.
 */
const unset: { readonly [K in keyof UpdatedFields]?: ContactChanges } = {
  firstName: { firstName: '' },
  lastName: { lastName: '' },
  gender: { gender: null },
  zipCode: { zipCode: '' },
  companyName: { companyName: '' },
  civilStatus: { civilStatus: null },
  doubleOptIn: { doubleOptin: null },
  extId: { extId: '' },
  extProp1: { extProp1: '' },
  extProp2: { extProp2: '' },
};

/** Whether null clears a field in an update; it is refused for any other, which the upstream can replace only. */
export function canBeCleared(name: keyof UpdatedFields): boolean {
  return name in unset;
}
