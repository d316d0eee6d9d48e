// The policies of an organization (call 15): what a creation requires of them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { createContact, fileWith, listed } from '../support/organization-policies.ts';
import { minimal, routesOf, userErrors } from '../support/write-gateway.ts';

let bare: TestGateway;
beforeAll(async () => {
  bare = await startGateway({ emulator: { contacts: 20 }, env: fileWith(undefined) });
  await bare.query('{ contacts(first: 1) { nodes { cid } } }'); // logs in
});
beforeEach(() => bare.emulator.control.reset());
afterAll(() => bare.close());

describe('createContact', () => {
  const required = [
    { name: 'customs.news', required: true },
    { name: 'customs.a b', required: false },
    { name: 'minimumAgeVerification', required: true },
    { name: 'mktgCommunications', required: false },
  ];
  const create = (input: object) => bare.query(createContact, { input: { ...minimal, ...input } });

  test('a required policy that is not accepted is a user error at its path, and nothing is created', async () => {
    bare.emulator.control.policies({ form: 'objects', policies: required });
    const before = bare.emulator.contacts();
    const absent = await create({});
    expect(absent.data.createContact.userErrors).toMatchObject([
      { code: 'REQUIRED', field: ['input', 'policies', 'custom'] },
      { code: 'REQUIRED', field: ['input', 'policies', 'minimumAgeVerification'] },
    ]);
    const custom = [
      { name: 'other', accepted: true },
      { name: 'news', accepted: false },
    ];
    const refused = await create({ policies: { ...minimal.policies, minimumAgeVerification: false, custom } });
    expect(refused.data.createContact.userErrors).toMatchObject([
      { code: 'NOT_ALLOWED', field: ['input', 'policies', 'custom', '1', 'accepted'] },
      { code: 'NOT_ALLOWED', field: ['input', 'policies', 'minimumAgeVerification'] },
    ]);
    expect(bare.emulator.contacts()).toBe(before);
    expect(routesOf(bare)).toEqual(['organizationPolicies', 'organizationPolicies']);
  });

  test('a contact that accepts all required policies is created', async () => {
    bare.emulator.control.policies({ form: 'objects', policies: required });
    const custom = [{ name: 'news', accepted: true }];
    const { data } = await create({ policies: { ...minimal.policies, minimumAgeVerification: true, custom } });
    expect(data.createContact).toEqual({ outcome: 'CREATED', userErrors: [] });
  });

  test('a hundred rows read the policies once, and each row has user errors of its own', async () => {
    bare.emulator.control.policies({ form: 'objects', policies: required.slice(0, 1) });
    const news = { ...minimal.policies, custom: [{ name: 'news', accepted: true }] };
    const inputs = Array.from({ length: 100 }, (_, n) => ({ ...minimal, ...(n > 0 && { policies: news }) }));
    const { data } = await bare.query(
      `mutation ($inputs: [CreateContactInput!]!) { createContacts(inputs: $inputs) { results { outcome ${userErrors} } } }`,
      { inputs },
    );
    const [first, ...rest] = data.createContacts.results;
    expect(first.userErrors).toMatchObject([{ code: 'REQUIRED', field: ['inputs', '0', 'policies', 'custom'] }]);
    expect(rest.every(({ outcome }: { outcome: string }) => outcome === 'CREATED')).toBe(true);
    expect(bare.emulator.control.counts()).toMatchObject({ organizationPolicies: 1, createContact: 99 });
  });

  test.each([
    { kind: 'status', status: 500 },
    { kind: 'status', status: 404 },
    { kind: 'status', status: 403, times: 2 },
    { kind: 'hang' },
    { kind: 'reset' },
    { kind: 'invalid-json' },
  ] as const)('when the policies cannot be read (%j), a contact is created with the mandatory ones', async (fault) => {
    bare.emulator.control.fault({ ...listed, ...fault });
    expect((await create({})).data.createContact).toEqual({ outcome: 'CREATED', userErrors: [] });
    expect(bare.emulator.control.counts()).toMatchObject({ createContact: 1 });
  });

  test('a creation waits for the policies only for a part of the time that an attempt may take', async () => {
    const patient = await startGateway({ emulator: { contacts: 20 }, env: { OPERATION_DEADLINE_MS: '60000' } });
    patient.emulator.control.fault({ ...listed, kind: 'hang' });
    const { data } = await patient.query(createContact, { input: minimal });
    expect(data.createContact).toEqual({ outcome: 'CREATED', userErrors: [] });
    expect(patient.emulator.control.loggedInFlight()).toBe(1);
    await patient.close();
  });

  test('a repetition with the Idempotency-Key gets its answer although a policy has become required', async () => {
    const headers = { 'idempotency-key': 'policy-key' };
    const input = { ...minimal, email: 'idempotent@example.com' };
    await bare.query(createContact, { input }, headers);
    bare.emulator.control.policies({ form: 'objects', policies: required });
    const again = await bare.query(createContact, { input }, headers);
    expect(again.data.createContact).toEqual({ outcome: 'CREATED', userErrors: [] });
    expect(routesOf(bare)).toEqual(['organizationPolicies', 'createContact']);
  });

  test('a creation that lacks a policy leaves its Idempotency-Key free for the corrected input', async () => {
    const headers = { 'idempotency-key': 'policy-key-2' };
    bare.emulator.control.policies({ form: 'objects', policies: required.slice(0, 1) });
    expect((await bare.query(createContact, { input: minimal }, headers)).data.createContact.outcome).toBeNull();
    const policies = { ...minimal.policies, custom: [{ name: 'news', accepted: true }] };
    const corrected = await bare.query(createContact, { input: { ...minimal, policies } }, headers);
    expect(corrected.data.createContact).toEqual({ outcome: 'CREATED', userErrors: [] });
  });
});
