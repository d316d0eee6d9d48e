import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack.close());

test('the first query of the README returns the answer that the README shows', async () => {
  const readme = read('README.md');
  const [, body = ''] = /-d '(\{"query":[\s\S]*?\})'/.exec(readme) ?? [];
  const [, answer = ''] = /```json\n([\s\S]*?)```/.exec(readme) ?? [];
  const { data, errors } = await stack.query(JSON.parse(body).query);
  expect(errors).toEqual([]);
  expect({ data }).toEqual(JSON.parse(answer));
});

test('the mutation in docs/writing.md returns the user error that the page describes, and changes nothing', async () => {
  const [, mutation = ''] = /```graphql\n([\s\S]*?)```/.exec(read('docs/writing.md')) ?? [];
  const before = stack.emulator.contacts();
  const { data, errors } = await stack.query(mutation);
  expect(errors).toEqual([]);
  expect(data.updateContact.userErrors).toMatchObject([{ code: 'FORMAT', field: ['input', 'phone'] }]);
  expect(stack.emulator.contacts()).toBe(before);
});
