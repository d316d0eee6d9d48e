// graphql-request executes the documents of GraphQL Code Generator's client preset, and TypeScript knows what they answer.
import { GraphQLClient } from 'graphql-request';
import { expect, expectTypeOf, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startClientGateway } from '../gateway.ts';
import type { CodegenContactsQuery } from './__generated__/graphql.ts';
import { getFragmentData } from './__generated__/index.ts';
import { contact, contactName, contacts, createContact } from './documents.ts';

test('a typed query reads a contact, and its fragment is read by the component that has declared it', async () => {
  await using server = await startClientGateway();
  const client = new GraphQLClient(server.gateway.url, { fetch: server.fetch });
  const data = await client.request(contact, { by: { cid: demo.contactId } });
  expect(getFragmentData(contactName, data.contact)).toMatchObject({ firstName: 'Ada' });
  expectTypeOf(data.contact).exclude(null).toHaveProperty('createdAt').toEqualTypeOf<string | null>();
  expectTypeOf(data.contact).exclude(null).toHaveProperty('custom').toEqualTypeOf<Record<string, unknown> | null>();
  expectTypeOf(data.contact).exclude(null).toHaveProperty('gender').toEqualTypeOf<'FEMALE' | 'MALE' | 'OTHER' | null>();
  // @ts-expect-error The name belongs to the fragment of another component.
  expect(data.contact?.firstName).toBe('Ada');
  // @ts-expect-error The document has no such field.
  expect(data.contact?.email).toBeUndefined();
});

test('a typed query pages through a list by its cursors, with an upstream call for each page and one that finds the end', async () => {
  await using server = await startClientGateway({ emulator: { contacts: 5 } });
  const client = new GraphQLClient(server.gateway.url, { fetch: server.fetch });
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { contacts: page }: CodegenContactsQuery = await client.request(contacts, { first: 2, after });
    ids.push(...page.edges.map(({ node }) => node.id));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  expect(new Set(ids).size).toBe(5);
  expect(server.takeCalls()).toEqual(['contacts', 'contacts', 'contacts', 'contacts']);
});

test('a list that is null only with an error has a type without null, and graphql-request throws its error', async () => {
  await using server = await startClientGateway();
  const client = new GraphQLClient(server.gateway.url, { fetch: server.fetch });
  expectTypeOf<null>().not.toExtend<CodegenContactsQuery['contacts']>();
  server.emulator.control.fault({ kind: 'status', status: 500, times: Number.POSITIVE_INFINITY });
  await expect(client.request(contacts, { first: 2 })).rejects.toThrow('UPSTREAM_UNAVAILABLE');
});

test('a typed mutation creates a contact', async () => {
  await using server = await startClientGateway();
  const client = new GraphQLClient(server.gateway.url, { fetch: server.fetch });
  const policies = { privacy: true, termsOfUse: true };
  const { createContact: payload } = await client.request(createContact, {
    input: { source: 'API', policies, firstName: 'Grace', birthDate: '1906-12-09', custom: { rank: 1 } },
  });
  expect(payload.userErrors).toEqual([]);
  expect(getFragmentData(contactName, payload.contact)).toMatchObject({ firstName: 'Grace' });
  expect(server.takeCalls()).toContain('createContact');
});

test('TypeScript refuses wrong variables, which the gateway refuses as well, before an upstream call', async () => {
  await using server = await startClientGateway();
  const client = new GraphQLClient(server.gateway.url, { fetch: server.fetch });
  const refused = expect.objectContaining({ message: expect.stringContaining('BAD_USER_INPUT') });
  // @ts-expect-error Exactly one of the keys of ContactBy is allowed.
  await expect(client.request(contact, { by: { cid: '1', extId: '1' } })).rejects.toEqual(refused);
  // @ts-expect-error The variable is required.
  await expect(client.request(contact, {})).rejects.toEqual(refused);
  // @ts-expect-error An enum takes its own values only.
  await expect(client.request(createContact, { input: { source: 'FAX', policies: {} } })).rejects.toEqual(refused);
  // @ts-expect-error A scalar that is a text on the wire takes no number.
  await expect(client.request(contacts, { filter: { createdFrom: 5 } })).rejects.toEqual(refused);
  // @ts-expect-error The filter has no such field.
  await expect(client.request(contacts, { filter: { nickname: 'x' } })).rejects.toEqual(refused);
  expect(server.takeCalls()).toEqual([]);
});
