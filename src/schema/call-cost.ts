import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { EventFilter } from '../model.ts';

/** The objects that a field is resolved on, as far as the upstream calls for them depend on it. */
export type Objects = {
  /** How many there are at most. */
  readonly count: number;
  /** Of contacts, or events of contacts: one name for each contact whose id is known, or one for all rows of a page. */
  readonly names: readonly string[];
  /** For how many contacts each name stands. */
  readonly each: number;
  /** What the operation has read of these contacts: nothing, a row of a list, or the profile, which has every field. */
  readonly read: 'nothing' | 'row' | 'profile';
  /** Which events of these contacts the operation has read, where it has reached them through their events. */
  readonly readEvents?: EventFilter | undefined;
};

/** Counts the upstream calls of one operation. All numbers are upper bounds. */
export type CallCounter = {
  readonly caller: Context['caller'];
  readonly maxPageSize: number;
  readonly variableValues: GraphQLResolveInfo['variableValues'];
  /** Counts calls that the operation shares with nothing. */
  add(calls: number): void;
  /** Counts one call of a kind for each contact, unless the operation makes it anyway. */
  addShared(kind: string, contacts: Pick<Objects, 'names' | 'each'>): void;
  /** Counts a call that one operation makes once. */
  addOnce(name: string): void;
  /** Creates contacts whose ids are not known before execution. */
  unknownContacts(count: number, read: Objects['read']): Objects;
  /** From here on the operation may act as a customer session. */
  startSession(): void;
};

/** The objects below a field: for an interface by the names of its types, undefined for the same as above the field. */
export type ObjectsBelow = Objects | { readonly byType: Readonly<Record<string, Objects>> } | undefined;

/**
 * Counts the calls of one field, for all objects that it is resolved on.
 *
 * @returns what the fields below it are resolved on
 * @throws for invalid arguments, before anything is counted: the field makes no call then
 */
export type CountCalls<A = never> = (calls: CallCounter, args: A, on: Objects, node: FieldNode) => ObjectsBelow;

/**
 * What a field declares about its upstream calls: in words, for the documentation, as a function, and the names of the
 * endpoints that it may call, which are keys of `path` in the wire contract.
 */
export type CallCost = { readonly text: string; readonly count: CountCalls; readonly endpoints: readonly string[] };

/** Declares what a field costs: `extensions: costs('1 for each key', count, 'contactExists')`. */
export function costs<A>(
  text: string,
  count: CountCalls<A>,
  ...endpoints: readonly string[]
): { readonly cost: CallCost } {
  return { cost: { text, count, endpoints } };
}

/** Declares that a field makes no upstream call. */
export const costsNothing = costs('0', () => undefined);

/** Declares a field that list rows may lack: it costs a call for each row, and nothing for a contact whose profile is read. */
export const profileField = costs(
  'of a row of a list: 1 for each contact, for all fields of this kind together',
  (calls, _args, on) => {
    if (on.read === 'row') calls.addShared('profile', on);
    return undefined;
  },
  'contact',
);

/** Declares a field that reads contacts of which nothing is read yet. */
export const readsContact = costs('1 for each contact', (calls, _args, on) => readProfiles(calls, on), 'contact');

/** Counts the profiles of contacts, unless the operation has read them. */
export function readProfiles(calls: CallCounter, on: Objects): Objects {
  if (on.read !== 'nothing') return on;
  calls.addShared('profile', on);
  return { ...on, read: 'profile' };
}

/** The contacts with these ids, of which an operation reads the profiles. */
export function contactsWithIds(cids: readonly string[]): Objects {
  return { count: cids.length, names: cids, each: 1, read: 'nothing' };
}

/** Declares writes to an endpoint: one for each row of `inputs`, or one. */
export function costsWrites(endpoint: string): { readonly cost: CallCost } {
  return costs('1 for each write', countWrites, endpoint);
}

const countWrites: CountCalls<{ inputs?: readonly unknown[] }> = (calls, { inputs }) => {
  if (inputs === undefined) return void calls.add(1);
  return addRows(calls, inputs.length);
};

/** The most rows of a bulk mutation; it writes nothing for more. */
const maxRows = 100;

/** Counts a write for each row of a bulk mutation. @returns the contacts that are written */
export function addRows(calls: CallCounter, rows: number): Objects {
  const written = rows > maxRows ? 0 : rows;
  calls.add(written);
  return calls.unknownContacts(written, 'nothing');
}

/**
 * Counts the call that shows whether a token may act for the organization that it claims, where the gateway does not know it
 * yet. Where the upstream does not tell what the service of the token is, another call follows, which is counted when it is made.
 */
export function addOrganizationProof(calls: CallCounter): void {
  const { organizationProof, service } = calls.caller;
  if (organizationProof?.isGiven() === false && service !== undefined) calls.addOnce('service');
}

/** Returns what a field declares; undefined without a declaration. */
export function costOf({ extensions }: { extensions: object }): CallCost | undefined {
  return (extensions as { cost?: CallCost }).cost; // set by the declarations above
}

/** The end of the description of a field that reads one contact for each object on which it is. */
export const readCost = 'It costs an upstream call.';

/** The end of the description of a field that is read with a call of its own for each contact. */
export const branchCost = 'In a list it costs an upstream call for each contact.';

/** The end of the description of a field that rows of a list may lack. */
export const profileCost =
  'In a list it costs an upstream call for each contact, one for all fields of this kind together.';

/** The end of the description of the contact of an event. */
export const eventContactCost = 'In a list of events it costs an upstream call for each different contact.';
