import type { Context } from '../context.ts';
import { NotFound } from '../errors.ts';
import type { App, CreatedContact, DeduplicateKey, NewContact } from '../model.ts';
import { type BulkResult, rejectRowCount, runBulkRows } from './bulk-rows.ts';
import {
  type CreateContactInput,
  type ParsedCreateContactInput,
  parseCreateContactInput,
} from './create-contact-input.ts';
import { InputValidator } from './input/validator.ts';
import { requiredPolicies } from './organization-policies.ts';
import { type FieldPath, type Payload, runMutation, type WrittenContact } from './payload.ts';
import { requireAcceptances } from './policy.ts';

/** The created or matched contact. Only a created contact has a password. */
export type ContactCreated = WrittenContact & CreatedContact & { readonly outcome: 'CREATED' | 'MATCHED' };

/** Creates a contact, or updates the matching one. The response key identifies the write for an `Idempotency-Key`. */
export function createContact(
  _root: object,
  { input }: { input: CreateContactInput },
  context: Context,
  { path: { key } }: FieldPath,
): Promise<Payload<ContactCreated>> {
  return create(parseCreateContactInput(input, new InputValidator(['input'])), `${key}`, context);
}

/** Creates contacts. Rows that may match the same contact are written one after the other, because concurrent rows would not find each other. */
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
  { check: validator, contact, app, deduplicate }: ParsedCreateContactInput,
  path: string,
  context: Context,
): Promise<Payload<ContactCreated>> {
  return runMutation({
    validator,
    subject: contact,
    notFound: { message: 'Something that this refers to, like a location, does not exist.', field: validator.pathOf() },
    write: (contact) =>
      context.idempotentWrite({
        path,
        input: { contact, deduplicate, app },
        async write() {
          const complete = await completeContact(contact, app, validator, context);
          return toOutcome(await context.writes.createContact(complete, deduplicate), deduplicate);
        },
        toRecord: ({ password: _, ...kept }) => kept,
        fromRecord: (kept) => ({ ...(kept as Omit<ContactCreated, 'password'>), password: undefined }), // as `toRecord` wrote it
      }),
  });
}

/**
 * Checks a new contact against the policies of its organization, and fills in the default location of an app. Both are read
 * within the idempotent write, so that a repetition gets its answer whatever they have become.
 *
 * @throws {BadUserInput} with the problems that were added to the validator
 */
async function completeContact(
  contact: NewContact,
  app: App | undefined,
  validator: InputValidator,
  context: Context,
): Promise<NewContact> {
  const { locationId = app && defaultLocation(app, validator, context) } = contact;
  const [required, location] = await Promise.all([requiredPolicies(context), locationId]);
  requireAcceptances(contact.policies, required, validator.nested('policies'));
  validator.throwProblems();
  return { ...contact, locationId: location };
}

async function defaultLocation(
  app: App,
  validator: InputValidator,
  { organizationReads }: Context,
): Promise<string | undefined> {
  try {
    return (await organizationReads.appSettings(app)).defaultLocationId;
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    return validator.addNotFound(['app'], 'The organization has no such app.');
  }
}

/** [assumed] The upstream returns a password for a new contact only; a matched contact keeps its password. */
function toOutcome(created: CreatedContact, deduplicate: readonly DeduplicateKey[]): ContactCreated {
  const isNew = deduplicate.length === 0 || created.password !== undefined;
  return { ...created, outcome: isNew ? 'CREATED' : 'MATCHED' };
}

function comparedValue(contact: NewContact, key: DeduplicateKey): string | undefined {
  if (key === 'guid') return contact.device?.guid;
  return contact[key === 'phoneNumber' ? 'phone' : key];
}
