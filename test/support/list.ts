import { expect } from 'vitest';
import type { Emulator } from '../../emulator/emulator.ts';
import type { Answer, TestGateway } from './gateway.ts';

type Row = {
  id: string;
  cid: string;
  firstName: string | null;
  policies: readonly { key: string; accepted: boolean }[] | null;
};
export type ListPage = { rows: readonly Row[]; cids: readonly string[]; end: string | null; hasNext: boolean };

const document = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: ContactOrder) {
  contacts(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
    nodes { id cid firstName policies { key accepted } }
    pageInfo { endCursor hasNextPage }
  }
}`;

/** Reads a page of contacts, which must not fail. */
export async function readPage(gateway: TestGateway, variables: object): Promise<ListPage> {
  const { data, errors } = await gateway.query(document, { ...variables });
  expect(errors).toEqual([]);
  const { nodes, pageInfo } = data.contacts;
  const cids = nodes.map(({ cid }: Row) => cid);
  return { rows: nodes, cids, end: pageInfo.endCursor, hasNext: pageInfo.hasNextPage };
}

/** The number of calls in the log to the list and for single contacts. */
export function countCalls({ control }: Emulator): { lists: number; contacts: number } {
  const { contacts, contact } = control.counts();
  return { lists: contacts, contacts: contact };
}

/** The first names of the rows, which show whether a row is current. */
export function firstNamesOf({ rows }: ListPage): readonly (string | null)[] {
  return rows.map(({ firstName }) => firstName);
}

/** Updates the first name of a contact, with whatever result. */
export function updateFirstName(gateway: TestGateway, id: string | undefined, firstName: string): Promise<Answer> {
  const mutation = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code } } }`;
  return gateway.query(mutation, { input: { id, firstName } });
}

/** Updates the first name of a contact, which must not fail. */
export async function renameContact(gateway: TestGateway, id: string | undefined, firstName: string): Promise<void> {
  const { data, errors } = await updateFirstName(gateway, id, firstName);
  expect([data?.updateContact, errors]).toEqual([{ userErrors: [] }, []]);
}

export async function deleteContact(gateway: TestGateway, id: string | undefined): Promise<void> {
  const mutation = `mutation ($input: DeleteContactInput!) { deleteContact(input: $input) { userErrors { code } } }`;
  const { data, errors } = await gateway.query(mutation, { input: { id } });
  expect([data?.deleteContact, errors]).toEqual([{ userErrors: [] }, []]);
}

/** The number of rows of a page. */
export const pageSize = 20;

/** Reads a page that the scroll session store then has, and returns it with the arguments to read it again. */
export async function readStoredPage(
  gateway: TestGateway,
  orderBy: object | null,
): Promise<{ args: object; page: ListPage }> {
  const { end } = await readPage(gateway, { first: pageSize, orderBy });
  const args = { first: pageSize, after: end, orderBy };
  const page = await readPage(gateway, args);
  gateway.emulator.control.clearLog();
  return { args, page };
}
