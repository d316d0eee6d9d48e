// The policies of an organization (call 15): how they are read, labelled and kept, and what a creation requires of them.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { minimal, routesOf, userErrors } from '../support/write-gateway.ts';

const cached = { SWITCHED_OFF: 'retry,rate-limit-gate' };
const policies = '{ organization { policies { key title required } } }';
const createContact = `mutation ($input: CreateContactInput!) { createContact(input: $input) { outcome ${userErrors} } }`;
const listed = { path: '/policies$', method: 'GET' } as const;

/** Writes an organizations file with these policies, and returns the environment that names it. */
function fileWith(entries: object[] | undefined): Record<string, string> {
  const file = join(mkdtempSync(join(tmpdir(), 'contactgraph-')), 'organizations.json');
  const organization = { cid: demo.organizationId, ...(entries && { policies: entries }) };
  writeFileSync(file, JSON.stringify({ organizations: [organization] }));
  return { ORGANIZATIONS_FILE: file };
}

let stack: TestGateway;
let bare: TestGateway;
beforeAll(async () => {
  const emulator = { contacts: 20 };
  const entries = [
    { key: 'privacy', title: 'Our privacy' },
    { key: 'customs.news', title: 'News', required: true },
    { key: 'customs.unlisted', title: 'Unlisted', required: true },
  ];
  stack = await startGateway({ emulator, env: fileWith(entries) });
  bare = await startGateway({ emulator, env: fileWith(undefined) });
  for (const each of [stack, bare]) await each.query('{ contacts(first: 1) { nodes { cid } } }'); // logs in
});
beforeEach(() => {
  for (const each of [stack, bare]) each.emulator.control.reset();
});
afterAll(() => Promise.all([stack.close(), bare.close()]));

const keysOf = (data: { organization: { policies: { key: string }[] } }) =>
  data.organization.policies.map(({ key }) => key);

describe('organization { policies }', () => {
  test('policies that are texts come in their order with the two mandatory ones first, labelled by the organizations file', async () => {
    stack.emulator.control.policies({
      policies: ['news', 'privacy', 'mktgCommunications', 'customs.other', 'news', 'termsOfUse'].map((name) => ({
        name,
        required: false,
      })),
    });
    const { data, errors } = await stack.query(policies);
    expect(errors).toEqual([]);
    expect(data.organization.policies).toEqual([
      { key: 'termsOfUse', title: 'Terms of use', required: true },
      { key: 'privacy', title: 'Our privacy', required: true },
      { key: 'customs.news', title: 'News', required: true },
      { key: 'mktgCommunications', title: 'Marketing communications', required: false },
      { key: 'customs.other', title: 'other', required: false },
    ]);
  });

  test('policies that are objects say themselves whether they are required', async () => {
    stack.emulator.control.policies({
      form: 'objects',
      policies: [
        { name: 'customs.news', required: false },
        { name: 'minimumAgeVerification', required: true },
      ],
    });
    const { data } = await stack.query(policies);
    expect(data.organization.policies).toMatchObject([
      { key: 'termsOfUse', required: true },
      { key: 'privacy', required: true },
      { key: 'customs.news', required: false },
      { key: 'minimumAgeVerification', required: true },
    ]);
  });

  test('policies that cannot be read are left out and counted, and the others stay', async () => {
    const entries = ['termsOfUse', 5, null, {}, { name: '' }, { name: 'customs.a', required: 'yes' }, '', 'customs.b'];
    const body = JSON.stringify({ status: 'OK', policies: entries });
    bare.emulator.control.fault({ ...listed, kind: 'body', body });
    bare.logged.length = 0;
    const { data, errors } = await bare.query(policies);
    expect(errors).toEqual([]);
    expect(keysOf(data)).toEqual(['termsOfUse', 'privacy', 'customs.a', 'customs.b']);
    expect(bare.logged.join('')).toContain('"undecodable"');
  });

  test.each([404, 410])(
    'where the upstream has no such call (%i), the policies are those of the file',
    async (status) => {
      for (const each of [stack, bare]) each.emulator.control.fault({ ...listed, kind: 'status', status });
      expect(keysOf((await stack.query(policies)).data)).toEqual(['privacy', 'customs.news', 'customs.unlisted']);
      expect(keysOf((await bare.query(policies)).data)).toEqual([]);
    },
  );

  test.each([
    [{ kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'status', status: 403, times: 2 }, 'FORBIDDEN'],
    [{ kind: 'status', status: 429 }, 'RATE_LIMITED'],
    [{ kind: 'ko' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'body', body: '{"status":"OK"}' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'body', body: '{"status":"OK","policies":[1,{}]}' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'invalid-json' }, 'UPSTREAM_BAD_RESPONSE'],
  ] as const)(
    'when the call fails by %j, the policies are those of the file, or else an error of their field',
    async (fault, code) => {
      for (const each of [stack, bare]) each.emulator.control.fault({ ...listed, ...fault });
      expect(keysOf((await stack.query(policies)).data)).toEqual(['privacy', 'customs.news', 'customs.unlisted']);
      const { data, errors } = await bare.query('{ organization { cid policies { key } } }');
      expect(data.organization).toEqual({ cid: demo.organizationId, policies: null });
      expect(errors).toMatchObject([{ path: ['organization', 'policies'], extensions: { code } }]);
    },
  );

  test('an operation reads the policies once, whatever the number of its fields', async () => {
    await bare.query(
      '{ a: organization { policies { key } b: policies { key } } c: viewer { organization { policies { key } } } }',
    );
    expect(routesOf(bare)).toEqual(['organizationPolicies']);
  });
});

describe('cached policies', () => {
  let keeping: TestGateway;
  beforeEach(async () => {
    keeping = await startGateway({ emulator: { contacts: 20 }, env: { ...cached, ...fileWith(undefined) } });
    await keeping.query('{ contacts(first: 1) { nodes { cid } } }');
    keeping.emulator.control.clearLog();
  });
  afterEach(() => keeping.close());

  test('creations, updates and policies of contacts do not drop the policies of the organization: they are read once', async () => {
    const contact = Buffer.from(`Contact:${demo.contactId}`).toString('base64');
    await keeping.query(policies);
    for (let n = 0; n < 3; n += 1) {
      const { data } = await keeping.query(createContact, { input: { ...minimal, email: `c${n}@example.com` } });
      expect(data.createContact.outcome).toBe('CREATED');
    }
    await keeping.query(`mutation { updateContact(input: {id: "${contact}", firstName: "A"}) { ${userErrors} } }`);
    await keeping.query(policies);
    expect(routesOf(keeping)).toEqual([
      'organizationPolicies',
      ...['createContact', 'createContact', 'createContact', 'updateContact'],
    ]);
  });

  test('while the upstream fails, the cached policies are served', async () => {
    const { data } = await keeping.query(policies);
    keeping.emulator.control.fault({ ...listed, kind: 'status', status: 500, times: Number.POSITIVE_INFINITY });
    const again = await keeping.query(policies, {}, { 'cache-control': 'no-cache' });
    expect(again.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect((await keeping.query(policies)).data).toEqual(data);
  });
});

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
