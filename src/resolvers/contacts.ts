import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { type Contact, type ContactQuery, decodePosition, encodePosition } from '../model.ts';
import { type Connection, LazyPageInfo } from './connection.ts';
import type { Branch } from './contact.ts';
import { type ContactFilter, type ContactOrder, parseContactQuery } from './contact-filter.ts';
import { parsePageSize } from './input/page-size.ts';
import { notAllowed } from './input/problems.ts';
import { InputValidator } from './input/validator.ts';
import { refreshStaleRows } from './refresh-stale.ts';

type Optional<T> = T | null | undefined;

/** The arguments of the field `Query.contacts`. */
export type ContactsArgs = {
  first?: Optional<number>;
  after?: Optional<string>;
  last?: Optional<number>;
  before?: Optional<string>;
  filter?: Optional<ContactFilter>;
  orderBy?: Optional<ContactOrder>;
};

/**
 * Resolves a page of the organization's contacts, forward or backward from a cursor.
 *
 * @param branches the branches that the operation selects on each contact
 * @throws {BadUserInput} for invalid page arguments, {CursorInvalid} and {CursorExpired} for cursors
 */
export async function contacts(
  args: ContactsArgs,
  branches: readonly Branch[],
  context: Context,
): Promise<Connection<Contact>> {
  const validator = new InputValidator();
  const { size, backward } = parsePage(args, context, validator);
  const query = parseContactQuery(args.filter, args.orderBy, validator.nested('filter'));
  validator.throwProblems();
  const associatedData = hashQuery(context, query);
  const cursor = backward ? args.before : args.after;
  const position = cursor == null ? undefined : decodePosition(context.cursorCipher.decrypt(cursor, associatedData));
  if (branches.length > 0) await context.waitForFanOut(size * branches.length);
  const reader = await context.readContacts(query);
  const slice = await (backward ? reader.backward(size, position) : reader.forward(size, position));
  const nodes = await refreshStaleRows(slice, context);

  const positions = lazily(slice.positions);
  function cursorAt(index: number): string {
    const row = positions().at(index);
    if (row === undefined) throw new RangeError('A page has cursors for its own rows only.');
    return context.cursorCipher.encrypt(encodePosition(row), associatedData);
  }
  const isEmpty = slice.rows.length === 0;
  return {
    totalCount: slice.total,
    edges: toEdges(nodes, cursorAt),
    pageInfo: new LazyPageInfo(slice.hasPreviousPage, slice.hasNextPage, (index) => (isEmpty ? null : cursorAt(index))),
  };
}

/** A contact that no longer exists has no edge. Cursors and page boundaries are those of the rows. */
function toEdges(nodes: readonly (Contact | null)[], cursorAt: (index: number) => string): ContactEdge[] {
  const edges: ContactEdge[] = [];
  for (const [index, node] of nodes.entries()) if (node !== null) edges.push(new ContactEdge(node, index, cursorAt));
  return edges;
}

/** An edge that encrypts its cursor when it is read: the cursors of a large page are rarely selected. */
class ContactEdge {
  readonly node: Contact;
  readonly #index: number;
  readonly #cursorAt: (index: number) => string;

  constructor(node: Contact, index: number, cursorAt: (index: number) => string) {
    this.node = node;
    this.#index = index;
    this.#cursorAt = cursorAt;
  }

  get cursor(): string {
    return this.#cursorAt(this.#index);
  }
}

function parsePage(
  { first, after, last, before }: ContactsArgs,
  context: Context,
  validator: InputValidator,
): { size: number; backward: boolean } {
  const backward = last != null;
  if (first != null && backward) validator.add(['last'], notAllowed('Use "first" or "last", not both.'));
  if (backward && after != null) validator.add(['after'], notAllowed('Use "after" with "first", not with "last".'));
  if (!backward && before != null) validator.add(['before'], notAllowed('Use "before" with "last", not with "first".'));
  const size = parsePageSize(validator, backward ? 'last' : 'first', last ?? first, context);
  return { size, backward };
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function hashQuery({ caller }: Context, query: ContactQuery): string {
  return createHash('sha256')
    .update(JSON.stringify([caller.organizationId, query]))
    .digest('base64url');
}
