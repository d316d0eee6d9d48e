import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { sharedValues } from '../../emulator/edge-cases.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
  // The login must not be among the calls that the tests count.
  await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`);
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const routes = () => stack.emulator.control.calls().map(({ route }) => route);

describe('a lookup of a contact by another field than its id', () => {
  test.each([
    ['email', 'ada.rossi@example.com'],
    ['phone', '+390501234567'],
    ['username', 'YYYYYZZZXXX1'],
    ['extId', 'CRM-ADA-1815'],
  ])('a lookup by %s is one search of the list, and one call for contactExists', async (key, value) => {
    const { data, errors } = await stack.query(
      'query ($by: ContactBy!) { contact(by: $by) { cid firstName } contactExists(by: $by) }',
      { by: { [key]: value } },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ contact: { cid: demo.contactId, firstName: 'Ada' }, contactExists: true });
    const [call] = stack.emulator.control.calls();
    expect(new URL(call?.path ?? '', 'http://emulator').searchParams.get(key)).toBe(value);
    expect(routes()).toEqual(['contacts', 'contactExists']);
  });

  test('a lookup without a match is null', async () => {
    const { data, errors } = await stack.query(
      '{ contact(by: {email: "absent@example.com"}) { cid } contactExists(by: {email: "absent@example.com"}) }',
    );
    expect({ data, errors }).toEqual({ data: { contact: null, contactExists: false }, errors: [] });
  });

  test.each(['email', 'phone', 'username', 'extId', 'extProp1', 'extProp2'] as const)(
    'a lookup with several matches by %s fails with CONFLICT and names contacts(filter:) as the alternative',
    async (key) => {
      const { data, errors } = await stack.query(
        'query ($by: ContactBy!) { contact(by: $by) { cid } contactExists(by: $by) }',
        { by: { [key]: sharedValues[key] } },
      );
      expect(data).toEqual({ contact: null, contactExists: true });
      expect(errors).toMatchObject([{ path: ['contact'], extensions: { code: 'CONFLICT' } }]);
      expect(errors[0]?.message).toContain('contacts(filter:)');
    },
  );

  test('a lookup that finds a row makes no further call for the profile', async () => {
    await stack.query('{ contact(by: {username: "YYYYYZZZXXX1"}) { firstName devices { totalCount } } }');
    expect(routes()).toEqual(['contacts', 'devices']);
  });

  test('a lookup by a variable with a lone surrogate is refused without an upstream call', async () => {
    for (const key of ['username', 'extId', 'extProp1', 'extProp2']) {
      const { errors } = await stack.query('query ($by: ContactBy!) { contact(by: $by) { cid } }', {
        by: { [key]: '\ud800' },
      });
      expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    }
    expect(routes()).toEqual([]);
  });

  test.each([
    '{}',
    '{cid: "a", email: "a@example.com"}',
    '{email: null}',
    '{username: ""}',
    `{extId: "${'x'.repeat(257)}"}`,
    '{username: "\\ud800"}',
  ])('a lookup by %s is refused without an upstream call', async (by) => {
    const { errors } = await stack.query(`{ contact(by: ${by}) { cid } }`);
    expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(routes()).toEqual([]);
  });
});
