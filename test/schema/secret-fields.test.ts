import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

const fields = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) => Object.values(type.getFields()).map((field) => ({ path: `${type.name}.${field.name}`, field })));

/** Fields that are not secret, although their names could say so. */
const notSecret = new Set([
  ...['Mutation.issueContactToken', 'Mutation.redeemContactToken', 'Mutation.revokeToken'], // they return payloads
  ...['Mutation.startContactSession', 'Mutation.renewContactSession'],
  'Accounting.sessionId', // the number of a WiFi session
]);

test('every field that returns a token, a session, a password or an address with one of them is declared as secret', () => {
  const declared = fields.filter(({ field }) => field.extensions['secret'] === true).map(({ path }) => path);
  expect(declared.toSorted()).toEqual([
    'CreateContactPayload.password',
    'IssueContactTokenPayload.activationUrl',
    'IssueContactTokenPayload.token',
    'RenewContactSessionPayload.session',
    'StartContactSessionPayload.session',
  ]);
  const suspicious = fields.filter(
    ({ path, field }) => /token|password|secret|session|credential|url$/i.test(field.name) && !notSecret.has(path),
  );
  expect(suspicious.map(({ path }) => path).filter((path) => !declared.includes(path))).toEqual([]);
});
