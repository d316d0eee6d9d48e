import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TestGateway } from '../../support/gateway.ts';
import { idOf, routesOf, startWriting, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const deleteContact = `mutation ($input: DeleteContactInput!) {
  deleteContact(input: $input) { deletedContactId ${userErrors} }
}`;

test('deleteContact answers the id of the deleted contact and deletes no other contact', async () => {
  const { cid } = stack.emulator.insert();
  const size = stack.emulator.contacts().length;
  const { data, errors } = await stack.query(deleteContact, { input: { id: idOf(cid) } });
  expect(errors).toEqual([]);
  expect(data.deleteContact).toEqual({ deletedContactId: idOf(cid), userErrors: [] });
  expect(stack.emulator.find(cid)).toBeUndefined();
  expect(stack.emulator.contacts()).toHaveLength(size - 1);
  expect(routesOf(stack)).toEqual(['deleteContact']);
});

test('deleteContact of a deleted contact answers NOT_FOUND, in the same operation and in the next one', async () => {
  const id = idOf(stack.emulator.insert().cid);
  const notFound = {
    deletedContactId: null,
    userErrors: [{ code: 'NOT_FOUND', message: expect.any(String), field: ['input', 'id'] }],
  };
  const twice = `mutation ($input: DeleteContactInput!) {
    first: deleteContact(input: $input) { deletedContactId ${userErrors} }
    second: deleteContact(input: $input) { deletedContactId ${userErrors} }
  }`;
  const { data, errors } = await stack.query(twice, { input: { id } });
  expect(errors).toEqual([]);
  expect(data).toEqual({ first: { deletedContactId: id, userErrors: [] }, second: notFound });
  expect((await stack.query(deleteContact, { input: { id } })).data.deleteContact).toEqual(notFound);
});

test('deleteContact answers NOT_FOUND for a contact of another organization and does not delete it', async () => {
  const other = '5ec0d0000216452e09b2b32e750cb5eb';
  const [stranger] = stack.emulator.contacts(other);
  const { data } = await stack.query(deleteContact, { input: { id: idOf(stranger?.cid ?? '') } });
  expect(data.deleteContact.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect(stack.emulator.contacts(other)[0]).toEqual(stranger);
});
