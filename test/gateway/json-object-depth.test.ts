import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TestGateway } from '../support/gateway.ts';
import { ada, routesOf, startWriting } from '../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.clearLog());
afterAll(() => stack.close());

const update = `mutation ($input: UpdateContactInput!) {
  updateContact(input: $input) { contact { custom } userErrors { code field } }
}`;

/** An object with as many levels, of objects and lists in turn. */
function nested(levels: number): unknown {
  if (levels === 0) return 'value';
  return levels % 2 === 0 ? { a: nested(levels - 1) } : [nested(levels - 1)];
}

test('custom attributes of 32 levels are written', async () => {
  const { data, errors } = await stack.query(update, { input: { id: ada, custom: nested(32) } });
  expect(errors).toEqual([]);
  expect(data.updateContact.userErrors).toEqual([]);
  expect(routesOf(stack)).toContain('updateContact');
});

test.each([33, 50])('custom attributes of %i levels are refused without an upstream call', async (levels) => {
  const custom = { a: nested(levels - 1) };
  const { data, errors } = await stack.query(update, { input: { id: ada, custom } });
  expect(errors).toEqual([]);
  expect(data.updateContact.userErrors).toEqual([{ code: 'FORMAT', field: ['input', 'custom'] }]);
  expect(routesOf(stack)).toEqual([]);
});

test('custom attributes of 1,000 levels are refused with the body, without an upstream call', async () => {
  const { status, errors } = await stack.query(update, { input: { id: ada, custom: nested(1_000) } });
  expect([status, errors.map(({ message }) => message)]).toEqual([
    413,
    ['The JSON of a request is at most 64 levels deep.'],
  ]);
  expect(routesOf(stack)).toEqual([]);
});
