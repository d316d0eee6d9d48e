// urql's core executes documents of gql.tada, whose types TypeScript derives from the schema and the text alone.
import { Client, fetchExchange } from '@urql/core';
import type { ResultOf, VariablesOf } from 'gql.tada';
import { expect, expectTypeOf, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type ClientGateway, startClientGateway } from '../gateway.ts';
import { contact, rename } from './documents.ts';
import { graphql } from './graphql.ts';

const createClient = ({ gateway, fetch }: ClientGateway) =>
  new Client({ url: gateway.url, fetch, exchanges: [fetchExchange], preferGetMethod: false });

type ContactOf = NonNullable<ResultOf<typeof contact>['contact']>;

test('a query has the result and the variables of the schema, with the scalars of docs/clients.md', async () => {
  await using server = await startClientGateway();
  const { data, error } = await createClient(server).query(contact, { cid: demo.contactId });
  expect(error).toBeUndefined();
  expect(data?.contact).toMatchObject({ firstName: 'Ada', custom: expect.any(Object), devices: { nodes: [{}, {}] } });
  expect(server.takeCalls().toSorted()).toEqual(['contact', 'devices']);
  expectTypeOf<VariablesOf<typeof contact>>().toEqualTypeOf<{ cid: string }>();
  expectTypeOf<ContactOf['birthDate']>().toEqualTypeOf<string | null>();
  expectTypeOf<ContactOf['custom']>().toEqualTypeOf<Record<string, unknown> | null>();
  expectTypeOf<ContactOf['gender']>().toEqualTypeOf<'FEMALE' | 'MALE' | 'OTHER' | null>();
  // @ts-expect-error The document has no such field.
  expect(data?.contact?.lastName).toBeUndefined();
});

test('a mutation takes what its input type allows, and answers the contact as it is now', async () => {
  await using server = await startClientGateway();
  const client = createClient(server);
  const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');
  const { data } = await client.mutation(rename, {
    input: { id, firstName: 'Grace', birthDate: null, gender: 'FEMALE' },
  });
  expect(data?.updateContact?.userErrors).toEqual([{ code: 'NOT_ALLOWED', field: ['input', 'birthDate'] }]);
  const renamed = await client.mutation(rename, { input: { id, firstName: 'Grace' } });
  expect(renamed.data?.updateContact).toEqual({ contact: { id, firstName: 'Grace' }, userErrors: [] });
  expect(server.takeCalls()).toEqual(['updateContact', 'contact']);
  // @ts-expect-error The id is required.
  expectTypeOf<VariablesOf<typeof rename>>().toEqualTypeOf<{ input: { firstName: string } }>();
});

test('a field that the schema does not have is no field of the result', () => {
  const wrong = graphql('query { viewer { nickname } }');
  expectTypeOf<ResultOf<typeof wrong>>().toEqualTypeOf<{ viewer: { nickname: unknown } | null }>();
});
