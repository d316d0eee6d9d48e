import { expect } from 'vitest';
import { idOf, minimal, userErrors } from './write-gateway.ts';

/** The differences between two snapshots of the upstream, without times. */
export type Difference = {
  /** New contacts by their e-mail addresses. */
  added: Partial<Record<string, object[]>>;
  removed: string[];
  /** Fields that changed, by contact. */
  changed: Record<string, Record<string, unknown>>;
  /** The remaining hits of customer tokens. */
  tokens: readonly number[];
};

/** A mutation with the upstream call that gets a fault, and its result and effect without a fault. */
export type Mutation = {
  name: string;
  field: string;
  inputType: string;
  /** The selection of each payload. */
  select: string;
  /** The input, or the second of three rows; the other rows get no fault. */
  toInput: (token: string) => object;
  otherInputs?: readonly [object, object];
  call: { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string };
  /** Whether the contract says that two identical calls have the effect of one. */
  repeatable: boolean;
  /** Whether the mutation needs a value from the response body. */
  needsResponse: boolean;
  payload: object;
  /** The end of the field path in the user error NOT_FOUND. */
  notFoundField: readonly string[];
  difference: Partial<Difference>;
  otherDifference?: Partial<Difference>;
};

export const canary = 'canary';

/** Contacts that exist before the mutation. */
export const target = { cid: `${canary}-cid`, username: canary, firstName: 'before', email: `${canary}@example.com` };
export const otherContacts = [
  { cid: 'first', username: 'first', zipCode: 'before' },
  { cid: 'last', username: 'last', zipCode: 'before' },
];
export const hits = 5;

const newContact = (name: string) => ({
  ...{ ...minimal, email: `${name}@${canary}.example`, firstName: canary, locked: false },
  custom: { [canary]: [canary] },
});
/** The expected contact of a creation in the upstream. */
const stored = (name: string) => {
  const { source: _, policies: __, ...fields } = newContact(name);
  const policies = expect.arrayContaining([
    { name: 'privacy', accepted: true },
    { name: 'termsOfUse', accepted: true },
  ]);
  return { [fields.email]: [expect.objectContaining({ ...fields, signupMethod: 'api', policies })] };
};
const contactPayload = { contact: { cid: target.cid } };
const id = idOf(target.cid);

const create = {
  inputType: 'CreateContactInput',
  select: 'outcome username password',
  call: { method: 'POST', path: '/v3/customers(\\?.*)?$' },
  ...{ repeatable: false, needsResponse: true, notFoundField: [] },
} as const;
const update = {
  inputType: 'UpdateContactInput',
  repeatable: true,
  needsResponse: false,
  notFoundField: ['id'],
} as const;

export const mutations: readonly Mutation[] = [
  {
    ...{ ...create, name: 'createContact', field: 'createContact' },
    toInput: () => newContact('new'),
    payload: { outcome: 'CREATED', username: expect.any(String), password: expect.any(String) },
    difference: { added: stored('new') },
  },
  {
    ...{ ...create, name: 'createContact, matching', field: 'createContact' },
    toInput: () => ({ ...minimal, email: target.email, username: 'new', firstName: canary, deduplicate: ['EMAIL'] }),
    payload: { outcome: 'MATCHED', username: canary, password: null },
    difference: { changed: { [target.cid]: { firstName: canary, policies: expect.any(Array) } } },
  },
  {
    ...{ ...update, name: 'updateContact', field: 'updateContact', select: 'contact { cid }' },
    toInput: () => ({ id, firstName: canary, custom: { [canary]: 1 } }),
    call: { method: 'PUT', path: '/v3/customers/canary-cid$' },
    payload: contactPayload,
    difference: { changed: { [target.cid]: { firstName: canary, custom: { [canary]: 1 } } } },
  },
  {
    ...{ name: 'deleteContact', field: 'deleteContact', inputType: 'DeleteContactInput', select: 'deletedContactId' },
    ...{ repeatable: true, needsResponse: false, notFoundField: ['id'] },
    toInput: () => ({ id }),
    call: { method: 'DELETE', path: '/v1/customers/canary-cid$' },
    payload: { deletedContactId: id },
    difference: { removed: [target.cid] },
  },
  {
    ...{ name: 'setContactPolicies', field: 'setContactPolicies', inputType: 'SetContactPoliciesInput' },
    ...{ select: 'contact { cid }', repeatable: true, needsResponse: false, notFoundField: ['id'] },
    toInput: () => ({ id, policies: { mktgCommunications: true, custom: [{ name: canary, accepted: false }] } }),
    call: { method: 'PUT', path: '/v1/customers/canary-cid/policies$' },
    payload: contactPayload,
    difference: {
      changed: {
        [target.cid]: {
          policies: expect.arrayContaining([
            { name: 'mktgCommunications', accepted: true },
            { name: `customs.${canary}`, accepted: false },
          ]),
        },
      },
    },
  },
  {
    ...{ name: 'registerContactDevice', field: 'registerContactDevice', inputType: 'RegisterContactDeviceInput' },
    ...{ select: 'contact { cid }', repeatable: true, needsResponse: false, notFoundField: ['id'] },
    toInput: () => ({ id, device: { installId: canary }, pushToken: canary }),
    call: { method: 'POST', path: '/v3/customers/canary-cid/devices$' },
    payload: contactPayload,
    difference: {}, // The snapshot has no registered devices.
  },
  {
    ...{ name: 'issueContactToken', field: 'issueContactToken', inputType: 'IssueContactTokenInput' },
    ...{ select: 'token activationUrl', repeatable: false, needsResponse: true, notFoundField: ['id'] },
    toInput: () => ({ id, expiresIn: 60, hits: 3 }),
    call: { method: 'GET', path: '/v2/customers/canary-cid/token\\?' },
    payload: { token: expect.any(String), activationUrl: expect.any(String) },
    difference: { tokens: [hits, 3] },
  },
  {
    ...{ name: 'redeemContactToken', field: 'redeemContactToken', inputType: 'RedeemContactTokenInput' },
    ...{ select: 'contact { cid }', repeatable: false, needsResponse: true, notFoundField: ['token'] },
    toInput: (token) => ({ token }),
    call: { method: 'GET', path: '/v2/customers/tokens/' },
    payload: contactPayload,
    difference: { tokens: [hits - 1] },
  },
  {
    ...{ ...create, name: 'createContacts', field: 'createContacts' },
    // All rows are sent concurrently, so only the path identifies the call of this row.
    toInput: () => ({ ...newContact('row-1'), extId: canary, deduplicate: ['EXT_ID'] }),
    otherInputs: [newContact('row-0'), newContact('row-2')],
    call: { method: 'POST', path: '/v3/customers\\?' },
    payload: { outcome: 'CREATED', username: expect.any(String), password: expect.any(String) },
    difference: { added: stored('row-1') },
    otherDifference: { added: { ...stored('row-0'), ...stored('row-2') } },
  },
  {
    ...{ ...update, name: 'updateContacts', field: 'updateContacts', select: '__typename' },
    toInput: () => ({ id, firstName: canary }),
    otherInputs: [
      { id: idOf('first'), zipCode: canary },
      { id: idOf('last'), zipCode: canary },
    ],
    call: { method: 'PUT', path: '/v3/customers/canary-cid$' },
    payload: { __typename: 'UpdateContactPayload' },
    difference: { changed: { [target.cid]: { firstName: canary } } },
    otherDifference: { changed: { first: { zipCode: canary }, last: { zipCode: canary } } },
  },
];

/** The document and variables of a mutation, with `results` around the payload for a bulk mutation. */
export function requestOf(mutation: Mutation, token: string): [query: string, variables: Record<string, unknown>] {
  const { field, inputType, select, toInput, otherInputs } = mutation;
  const payloadSelection = `${select} ${userErrors}`;
  if (otherInputs === undefined) {
    return [
      `mutation ($input: ${inputType}!) { ${field}(input: $input) { ${payloadSelection} } }`,
      { input: toInput(token) },
    ];
  }
  const [first, last] = otherInputs;
  return [
    `mutation ($inputs: [${inputType}!]!) { ${field}(inputs: $inputs) { results { ${payloadSelection} } ${userErrors} } }`,
    { inputs: [first, toInput(token), last] },
  ];
}
