import { expect } from 'vitest';
import { idOf, minimal, userErrors } from './write-gateway.ts';

/** What is different at the upstream, but for times. */
export type Difference = {
  /** Contacts that are new, by their e-mail addresses. */
  added: Partial<Record<string, object[]>>;
  removed: string[];
  /** Fields that changed, by contact. */
  changed: Record<string, Record<string, unknown>>;
  /** Hits that customer tokens have left. */
  tokens: readonly number[];
};

/** A mutation with the one write that goes wrong, and all that has to come of it when it goes right. */
export type Mutation = {
  name: string;
  field: string;
  inputType: string;
  /** What to select of each payload. */
  select: string;
  /** The input; or the row in the middle of three, of which the others go well. */
  toInput: (token: string) => object;
  otherInputs?: readonly [object, object];
  call: { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string };
  /** By the contract, doing it twice is the same as doing it once. */
  repeatable: boolean;
  /** It has to hear more than that it was done. */
  needsResponse: boolean;
  payload: object;
  /** Where it is told that what this is about does not exist. */
  notFoundField: readonly string[];
  difference: Partial<Difference>;
  otherDifference?: Partial<Difference>;
};

export const canary = 'canary';

/** Contacts that are there before, and the hits of a token of the target. */
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
/** As the upstream has it then: whole, and once. */
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
    // All at once: only its own path tells which row a call is for.
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

/** Its document and variables, with `results` of rows around the payload where it takes many. */
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
