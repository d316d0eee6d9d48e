import { appKey } from '../resolvers/app.ts';
import { type ContactCreated, createContact, createContacts } from '../resolvers/contact-creation.ts';
import type { CreateContactInput as CreateContactRow } from '../resolvers/create-contact-input.ts';
import type { Payload } from '../resolvers/payload.ts';
import { requiresScope, secretOutput } from './access.ts';
import { builder } from './builder.ts';
import { bulkPayload } from './bulk.ts';
import { addOrganizationProof, addRows, type CountCalls, costs } from './call-cost.ts';
import { CreateContactInput } from './create-contact-input.ts';
import { enumValues } from './enum.ts';
import { userErrors, writtenContact, writtenContactEdge } from './payload.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const CreateContactOutcome = builder.enumType('CreateContactOutcome', {
  description: 'What a creation did.',
  values: enumValues<ContactCreated['outcome']>({
    CREATED: 'There is a new contact.',
    MATCHED: 'A contact that was there already, and has a value in common, was updated.',
  }),
});

const CreateContactPayload = builder.objectRef<Payload<ContactCreated>>('CreateContactPayload').implement({
  description: 'What became of a creation.',
  fields: (t) => ({
    contact: t.field(writtenContact),
    contactEdge: t.field({
      ...writtenContactEdge,
      description: `${writtenContactEdge.description} Null for a contact that \`deduplicate\` has matched: the list has it already, at another place.`,
      resolve: (payload, ...rest) =>
        payload.result?.outcome === 'CREATED' ? writtenContactEdge.resolve(payload, ...rest) : null,
    }),
    outcome: t.field({
      type: CreateContactOutcome,
      description:
        'Whether a contact was created or matched. With `deduplicate` the upstream lets one know by the password only, which it is assumed to tell of a new contact and never of one that was matched.',
      resolve: ({ result }) => result?.outcome,
    }),
    username: t.string({
      description: 'The name with which the contact logs in to the WiFi, made up where none was given.',
      resolve: ({ result }) => result?.username,
    }),
    password: t.string({
      description:
        'The password of a new contact, made up where none was given. It is told here, once: not to a repeat with the same `Idempotency-Key` either.',
      extensions: secretOutput,
      resolve: ({ result }) => result?.password?.reveal(),
    }),
    locked: t.boolean({
      description: 'Whether the contact is kept from logging in.',
      resolve: ({ result }) => result?.locked,
    }),
    userErrors: t.expose('userErrors', userErrors),
  }),
});

const CreateContactsPayload = bulkPayload('CreateContactsPayload', CreateContactPayload);

type CreationArgs = { input?: CreationRow; inputs?: readonly CreationRow[] };
type CreationRow = Pick<CreateContactRow, 'app' | 'locationId'>;

/** Before a contact is written, the policies of the organization are read, and the default location of its app. */
const countCreation: CountCalls<CreationArgs> = (calls, { input, inputs = input === undefined ? [] : [input] }) => {
  addOrganizationProof(calls);
  calls.addOnce('policies');
  for (const { app, locationId } of inputs) {
    if (app != null && locationId == null) calls.addOnce(`app ${appKey(app)}`);
  }
  return addRows(calls, inputs.length);
};

const creationCost = costs(
  '1 for each contact; and in an operation 1 for the policies of the organization, and 1 for each app whose default location is used',
  countCreation,
  'createContact',
  'organizationPolicies',
  'appSettings',
);

builder.mutationFields((t) => ({
  createContact: t.field({
    type: CreateContactPayload,
    description:
      'Creates a contact, or with `deduplicate` updates the one that is there already. A request with an `Idempotency-Key` is done once: a repeat gets the same answer.',
    args: { input: t.arg({ type: CreateContactInput, required: true, description: 'Whom to create.' }) },
    extensions: { ...requiresScope('customer_write'), ...creationCost, ...nullOnlyOnError },
    resolve: createContact,
  }),
  createContacts: t.field({
    type: CreateContactsPayload,
    description:
      'Creates up to 100 contacts, each for itself, with an upstream call for each row: a row that fails does not stop the others. With an `Idempotency-Key` each row is done once: a repeat does the rows that were refused, and no other.',
    args: {
      inputs: t.arg({
        type: [CreateContactInput],
        required: true,
        description:
          'One row for each contact; rows with a value in common that is deduplicated are written in their order.',
      }),
    },
    extensions: { ...requiresScope('customer_write'), ...creationCost, ...nullOnlyOnError },
    resolve: createContacts,
  }),
}));
