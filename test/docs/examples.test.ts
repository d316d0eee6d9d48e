// Each example that GraphiQL opens gives data without an error when it is run as it stands, with its variables, in the demo.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readExamples } from '../../src/plugins/graphiql/examples.ts';
import { type Sessions, startSessions } from '../support/sessions.ts';

let stack: Sessions;
beforeAll(async () => {
  stack = await startSessions();
});
afterAll(() => stack.close());

/** Examples with a token that the reader has to fill in. */
const incomplete = ['11-redeem-token', '15-session'];

test.each(readExamples())('the example $name gives data without an error', async ({ name, query, variables }) => {
  const { data, errors } = await stack.query(query, JSON.parse(variables));
  expect(errors).toEqual([]);
  for (const value of Object.values<{ userErrors?: { code: string }[] }>(data)) {
    expect(value).not.toBeNull();
    const codes = value?.userErrors?.map(({ code }) => code) ?? [];
    expect(codes).toEqual(incomplete.includes(name) ? ['NOT_FOUND'] : []);
  }
});
