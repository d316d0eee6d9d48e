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
  input: string;
  /** What to select of each payload. */
  select: string;
  /** The input; or the row in the middle of three, of which the others go well. */
  given: (token: string) => object;
  others?: readonly [object, object];
  call: { method: 'GET' | 'POST' | 'PUT' | 'DELETE'; path: string };
  /** By the contract, doing it twice is the same as doing it once. */
  repeatable: boolean;
  /** It has to hear more than that it was done. */
  needsAnswer: boolean;
  done: object;
  /** Where it is told that what this is about does not exist. */
  subject: readonly string[];
  difference: Partial<Difference>;
  otherDifference?: Partial<Difference>;
};

export const canary = 'canary';

/** Contacts that are there before, and the hits of a token of the target. */
export const target = { cid: `${canary}-cid`, username: canary, firstName: 'before', email: `${canary}@example.com` };
export const neighbours = [
  { cid: 'first', username: 'first', zipCode: 'before' },
  { cid: 'last', username: 'last', zipCode: 'before' },
];
export const hits = 5;

const newcomer = (name: string) => ({
  ...{ ...minimal, email: `${name}@${canary}.example`, firstName: canary, locked: false },
  custom: { [canary]: [canary] },
});
/** As the upstream has it then: whole, and once. */
const stored = (name: string) => {
  const { source: _, policies: __, ...fields } = newcomer(name);
  const policies = expect.arrayContaining([
    { name: 'privacy', accepted: true },
    { name: 'termsOfUse', accepted: true },
  ]);
  return { [fields.email]: [expect.objectContaining({ ...fields, signupMethod: 'api', policies })] };
};
const contact = { contact: { cid: target.cid } };
const id = idOf(target.cid);

const create = {
  input: 'CreateContactInput',
  select: 'outcome username password',
  call: { method: 'POST', path: '/v3/customers(\\?.*)?$' },
  ...{ repeatable: false, needsAnswer: true, subject: [] },
} as const;
const update = { input: 'UpdateContactInput', repeatable: true, needsAnswer: false, subject: ['id'] } as const;

export const mutations: readonly Mutation[] = [
  {
    ...{ ...create, name: 'createContact', field: 'createContact' },
    given: () => newcomer('new'),
    done: { outcome: 'CREATED', username: expect.any(String), password: expect.any(String) },
    difference: { added: stored('new') },
  },
  {
    ...{ ...create, name: 'createContact, matching', field: 'createContact' },
    given: () => ({ ...minimal, email: target.email, username: 'new', firstName: canary, deduplicate: ['EMAIL'] }),
    done: { outcome: 'MATCHED', username: canary, password: null },
    difference: { changed: { [target.cid]: { firstName: canary, policies: expect.any(Array) } } },
  },
  {
    ...{ ...update, name: 'updateContact', field: 'updateContact', select: 'contact { cid }' },
    given: () => ({ id, firstName: canary, custom: { [canary]: 1 } }),
    call: { method: 'PUT', path: '/v3/customers/canary-cid$' },
    done: contact,
    difference: { changed: { [target.cid]: { firstName: canary, custom: { [canary]: 1 } } } },
  },
  {
    ...{ name: 'deleteContact', field: 'deleteContact', input: 'DeleteContactInput', select: 'deletedContactId' },
    ...{ repeatable: true, needsAnswer: false, subject: ['id'] },
    given: () => ({ id }),
    call: { method: 'DELETE', path: '/v1/customers/canary-cid$' },
    done: { deletedContactId: id },
    difference: { removed: [target.cid] },
  },
  {
    ...{ name: 'setContactPolicies', field: 'setContactPolicies', input: 'SetContactPoliciesInput' },
    ...{ select: 'contact { cid }', repeatable: true, needsAnswer: false, subject: ['id'] },
    given: () => ({ id, policies: { mktgCommunications: true, custom: [{ name: canary, accepted: false }] } }),
    call: { method: 'PUT', path: '/v1/customers/canary-cid/policies$' },
    done: contact,
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
    ...{ name: 'issueContactToken', field: 'issueContactToken', input: 'IssueContactTokenInput' },
    ...{ select: 'token activationUrl', repeatable: false, needsAnswer: true, subject: ['id'] },
    given: () => ({ id, expiresIn: 60, hits: 3 }),
    call: { method: 'GET', path: '/v2/customers/canary-cid/token\\?' },
    done: { token: expect.any(String), activationUrl: expect.any(String) },
    difference: { tokens: [hits, 3] },
  },
  {
    ...{ name: 'redeemContactToken', field: 'redeemContactToken', input: 'RedeemContactTokenInput' },
    ...{ select: 'contact { cid }', repeatable: false, needsAnswer: true, subject: ['token'] },
    given: (token) => ({ token }),
    call: { method: 'GET', path: '/v2/customers/tokens/' },
    done: contact,
    difference: { tokens: [hits - 1] },
  },
  {
    ...{ ...create, name: 'createContacts', field: 'createContacts' },
    // All at once: only its own path tells which row a call is for.
    given: () => ({ ...newcomer('row-1'), extId: canary, deduplicate: ['EXT_ID'] }),
    others: [newcomer('row-0'), newcomer('row-2')],
    call: { method: 'POST', path: '/v3/customers\\?' },
    done: { outcome: 'CREATED', username: expect.any(String), password: expect.any(String) },
    difference: { added: stored('row-1') },
    otherDifference: { added: { ...stored('row-0'), ...stored('row-2') } },
  },
  {
    ...{ ...update, name: 'updateContacts', field: 'updateContacts', select: '__typename' },
    given: () => ({ id, firstName: canary }),
    others: [
      { id: idOf('first'), zipCode: canary },
      { id: idOf('last'), zipCode: canary },
    ],
    call: { method: 'PUT', path: '/v3/customers/canary-cid$' },
    done: { __typename: 'UpdateContactPayload' },
    difference: { changed: { [target.cid]: { firstName: canary } } },
    otherDifference: { changed: { first: { zipCode: canary }, last: { zipCode: canary } } },
  },
];

/** Its document and variables, with `results` of rows around the payload where it takes many. */
export function requestOf(mutation: Mutation, token: string): [query: string, variables: Record<string, unknown>] {
  const { field, input, select, given, others } = mutation;
  const payload = `${select} ${userErrors}`;
  if (others === undefined) {
    return [`mutation ($input: ${input}!) { ${field}(input: $input) { ${payload} } }`, { input: given(token) }];
  }
  const [first, last] = others;
  return [
    `mutation ($inputs: [${input}!]!) { ${field}(inputs: $inputs) { results { ${payload} } ${userErrors} } }`,
    { inputs: [first, given(token), last] },
  ];
}
