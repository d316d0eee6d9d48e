// The policies of an organization (call 15): how they are read, labelled and kept.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { createContact, fileWith, listed } from '../support/organization-policies.ts';
import { minimal, routesOf, userErrors } from '../support/write-gateway.ts';

const cached = { SWITCHED_OFF: 'retry,rate-limit-gate' };
const policies = '{ organization { policies { key title required } } }';

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
