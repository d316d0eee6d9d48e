import type { Answer, TestGateway } from './gateway.ts';

type Query = TestGateway['query'];

/** Creates a contact under an idempotency key, or without one. */
export function createContact(query: Query, key?: string, changes: object = {}): Promise<Answer> {
  const input = { source: 'API', policies: { privacy: true, termsOfUse: true }, email: 'ada@canary.example' };
  return query(
    `mutation ($input: CreateContactInput!) {
      createContact(input: $input) {
        outcome username password locked contact { id email } userErrors { code field }
      }
    }`,
    { input: { ...input, ...changes } },
    key === undefined ? {} : { 'idempotency-key': key },
  );
}

/** Issues a token for a contact, by its global id. */
export function issueContactToken(query: Query, id: string, key: string, changes: object = {}): Promise<Answer> {
  return query(
    `mutation ($input: IssueContactTokenInput!) {
      issueContactToken(input: $input) { token activationUrl expiresAt hits contact { id } userErrors { code } }
    }`,
    { input: { id, expiresIn: 600, hits: 3, ...changes } },
    { 'idempotency-key': key },
  );
}
