import type { Context } from '../context.ts';
import type { Created, DeduplicateKey, NewContact } from '../model.ts';
import { Check } from './check.ts';
import { type CreateContactInput, type Creation, parseCreation } from './new-contact.ts';
import { type At, type ContactWritten, type Payload, payloadOf } from './payload.ts';
import { type Rows, runRows, wrongCount } from './rows.ts';

export type ContactCreated = ContactWritten & Created & { readonly outcome: 'CREATED' | 'MATCHED' };

/** @param at where the answer goes, which a repeat under the same `Idempotency-Key` has in common */
export function createContact(
  _root: object,
  { input }: { input: CreateContactInput },
  context: Context,
  { path: { key } }: At,
): Promise<Payload<ContactCreated>> {
  return create(parseCreation(input, new Check(['input'])), `${key}`, context);
}

/** Rows that may match each other's contact are created one after the other: at once, neither would find the other. */
export async function createContacts(
  _root: object,
  { inputs }: { inputs: readonly CreateContactInput[] },
  context: Context,
  { path: { key } }: At,
): Promise<Rows<Payload<ContactCreated>>> {
  const wrong = wrongCount<Payload<ContactCreated>>(inputs);
  if (wrong !== undefined) return wrong;
  const rows = inputs.map((input, index) => parseCreation(input, new Check(['inputs', String(index)])));
  const compared = [...new Set(rows.flatMap(({ deduplicate }) => deduplicate))];
  const keysOf = ({ contact }: Creation) =>
    compared.flatMap((key) => {
      const value = comparedValue(contact, key);
      return value === undefined ? [] : [`${key} ${value.toLowerCase()}`];
    });
  return runRows(rows, keysOf, (row, index) => create(row, `${key}.${index}`, context));
}

function create(
  { check, contact, deduplicate }: Creation,
  path: string,
  { once, writes }: Context,
): Promise<Payload<ContactCreated>> {
  return payloadOf({
    check,
    subject: contact,
    unknown: { message: 'Something that this refers to, like a location, does not exist.', field: check.pathOf() },
    write: (contact) =>
      once({
        path,
        input: { contact, deduplicate },
        write: async () => toOutcome(await writes.createContact(contact, deduplicate), deduplicate),
        toKept: ({ password: _, ...kept }) => kept,
        fromKept: (kept) => ({ ...(kept as Omit<ContactCreated, 'password'>), password: undefined }), // as it was kept
      }),
  });
}

/** [assumed] A password is told for a new contact only; one that was matched keeps its own. */
function toOutcome(created: Created, deduplicate: readonly DeduplicateKey[]): ContactCreated {
  const isNew = deduplicate.length === 0 || created.password !== undefined;
  return { ...created, outcome: isNew ? 'CREATED' : 'MATCHED' };
}

function comparedValue(contact: NewContact, key: DeduplicateKey): string | undefined {
  if (key === 'guid') return contact.device?.guid;
  return contact[key === 'phoneNumber' ? 'phone' : key];
}
