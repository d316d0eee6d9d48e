import type { Context } from '../context.ts';
import type { CreatedContact, DeduplicateKey, NewContact } from '../model.ts';
import { type BulkResult, rejectRowCount, runBulkRows } from './bulk-rows.ts';
import {
  type CreateContactInput,
  type ParsedCreateContactInput,
  parseCreateContactInput,
} from './create-contact-input.ts';
import { InputValidator } from './input/validator.ts';
import { type FieldPath, type Payload, runMutation, type WrittenContact } from './payload.ts';

export type ContactCreated = WrittenContact & CreatedContact & { readonly outcome: 'CREATED' | 'MATCHED' };

/** @param at where the answer goes, which a repeat under the same `Idempotency-Key` has in common */
export function createContact(
  _root: object,
  { input }: { input: CreateContactInput },
  context: Context,
  { path: { key } }: FieldPath,
): Promise<Payload<ContactCreated>> {
  return create(parseCreateContactInput(input, new InputValidator(['input'])), `${key}`, context);
}

/** Rows that may match each other's contact are created one after the other: at once, neither would find the other. */
export async function createContacts(
  _root: object,
  { inputs }: { inputs: readonly CreateContactInput[] },
  context: Context,
  { path: { key } }: FieldPath,
): Promise<BulkResult<Payload<ContactCreated>>> {
  const wrong = rejectRowCount<Payload<ContactCreated>>(inputs);
  if (wrong !== undefined) return wrong;
  const rows = inputs.map((input, index) =>
    parseCreateContactInput(input, new InputValidator(['inputs', String(index)])),
  );
  const compared = [...new Set(rows.flatMap(({ deduplicate }) => deduplicate))];
  const keysOf = ({ contact }: ParsedCreateContactInput) =>
    compared.flatMap((key) => {
      const value = comparedValue(contact, key);
      return value === undefined ? [] : [`${key} ${value.toLowerCase()}`];
    });
  return runBulkRows(rows, keysOf, (row, index) => create(row, `${key}.${index}`, context));
}

function create(
  { check: validator, contact, deduplicate }: ParsedCreateContactInput,
  path: string,
  { idempotentWrite, writes }: Context,
): Promise<Payload<ContactCreated>> {
  return runMutation({
    validator,
    subject: contact,
    notFound: { message: 'Something that this refers to, like a location, does not exist.', field: validator.pathOf() },
    write: (contact) =>
      idempotentWrite({
        path,
        input: { contact, deduplicate },
        write: async () => toOutcome(await writes.createContact(contact, deduplicate), deduplicate),
        toRecord: ({ password: _, ...kept }) => kept,
        fromRecord: (kept) => ({ ...(kept as Omit<ContactCreated, 'password'>), password: undefined }), // as it was kept
      }),
  });
}

/** [assumed] A password is told for a new contact only; one that was matched keeps its own. */
function toOutcome(created: CreatedContact, deduplicate: readonly DeduplicateKey[]): ContactCreated {
  const isNew = deduplicate.length === 0 || created.password !== undefined;
  return { ...created, outcome: isNew ? 'CREATED' : 'MATCHED' };
}

function comparedValue(contact: NewContact, key: DeduplicateKey): string | undefined {
  if (key === 'guid') return contact.device?.guid;
  return contact[key === 'phoneNumber' ? 'phone' : key];
}
