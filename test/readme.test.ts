import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExamples } from '../src/plugins/graphiql/examples.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack.close());

describe('the README', () => {
  test('has a first query that gives the answer it shows', async () => {
    const [, body = ''] = /-d '(\{"query":[\s\S]*?\})'/.exec(readme) ?? [];
    const [, answer = ''] = /```json\n([\s\S]*?)```/.exec(readme) ?? [];
    const { data, errors } = await stack.query(JSON.parse(body).query);
    expect(errors).toEqual([]);
    expect({ data }).toEqual(JSON.parse(answer));
  });

  test('has a mutation that tells what it says, and changes nothing', async () => {
    const [, mutation = ''] = /```graphql\n([\s\S]*?)```/.exec(readme) ?? [];
    const before = stack.emulator.contacts();
    const { data, errors } = await stack.query(mutation);
    expect(errors).toEqual([]);
    expect(data.updateContact.userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'phone'] }]);
    expect(stack.emulator.contacts()).toBe(before);
  });

  test('names every variable of the environment, and every code of an error', () => {
    const named = (file: string, pattern: RegExp) =>
      [...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(pattern)].map(([, name]) => name ?? '');
    const variables = named('../src/environment.ts', /^ {2}([A-Z][A-Z_]+):/gm);
    const codes = named('../src/errors.ts', /code = '([A-Z_]+)'/g);
    expect(variables.length).toBeGreaterThan(10);
    for (const name of [...variables, ...codes]) {
      if (!['NOT_FOUND', 'CLIENT_GONE'].includes(name)) expect(readme).toContain(name);
    }
  });
});

describe('the examples', () => {
  test.each(readExamples().map(({ name, query }) => [name, query]))(
    '%s runs, and has something to show',
    async (_, query) => {
      const { data, errors } = await stack.query(query);
      expect(errors).toEqual([]);
      for (const value of Object.values(data)) expect(value).not.toBeNull();
    },
  );
});
