import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { TestGateway } from '../support/gateway.ts';
import { ada, startWriting } from '../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting({ emulator: { contacts: 20 } });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const page = (filter: string) => `contacts(first: 1, filter: {${filter}}) { totalCount }`;
const below = `... on Contact { events(since: $text) { totalCount } }`;

describe('text that is no value of its scalar', () => {
  test.each([
    ['EmailAddress', 'contact(by: {email: $text}) { cid }', ['contact']],
    ['PhoneNumber', 'contact(by: {phone: $text}) { cid }', ['contact']],
    ['EmailAddress', 'contactExists(by: {email: $text})', ['contactExists']],
    ['EmailAddress', page('email: $text'), ['contacts']],
    ['PhoneNumber', page('phone: $text'), ['contacts']],
    ['DateTime', page('createdFrom: $text'), ['contacts']],
    ['DateTime', page('createdTo: $text'), ['contacts']],
    ['DateTime', page('modifiedFrom: $text'), ['contacts']],
    ['DateTime', page('modifiedTo: $text'), ['contacts']],
    ['DateTime', `contact(by: {cid: "${demo.contactId}"}) { ${below} }`, ['contact', 'events']],
    ['DateTime', `node(id: "${ada}") { ${below} }`, ['node', 'events']],
    ['DateTime', `nodes(ids: ["T3JnYW5pemF0aW9uOng=", "${ada}"]) { ${below} }`, ['nodes', 1, 'events']],
  ])(
    'text that is no %s in %s is an error of the field that reads it, as a variable and as a literal, and costs that field no upstream call',
    async (type, field, path) => {
      const asVariable = `query ($text: ${type}!) { viewer { __typename } ${field} }`;
      const asLiteral = `{ viewer { __typename } ${field.replaceAll('$text', '"canary"')} }`;
      for (const answer of [await stack.query(asVariable, { text: 'canary' }), await stack.query(asLiteral)]) {
        expect(answer.status).toBe(200);
        expect(answer.data.viewer).toEqual({ __typename: 'Viewer' });
        expect(answer.errors).toMatchObject([
          { path, extensions: { code: 'BAD_USER_INPUT', reason: 'FORMAT', params: { format: type } } },
        ]);
        expect(answer.text).not.toContain('canary');
      }
      expect(stack.emulator.control.calls().filter(({ route }) => route !== 'contact')).toEqual([]);
    },
  );

  test('invalid text in a branch of a list is an error of each row and causes no call for the branch', async () => {
    const { data, errors } = await stack.query(
      '{ contacts(first: 2) { nodes { events(until: "canary") { totalCount } } } }',
    );
    expect(data.contacts.nodes).toEqual([{ events: null }, { events: null }]);
    expect(errors).toMatchObject([
      { path: ['contacts', 'nodes', 0, 'events'], extensions: { code: 'BAD_USER_INPUT' } },
      { path: ['contacts', 'nodes', 1, 'events'], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(stack.emulator.control.calls().map(({ route }) => route)).toEqual(['contacts']);
  });

  test('invalid text in the default of a variable is refused without an upstream call', async () => {
    const { errors } = await stack.query(
      'query ($text: EmailAddress = "canary") { contact(by: {email: $text}) { cid } }',
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(stack.emulator.control.calls()).toEqual([]);
  });
});
