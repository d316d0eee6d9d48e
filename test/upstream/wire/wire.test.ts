import { describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { edge } from '../../../emulator/edge-cases.ts';
import { getService } from '../../../src/upstream/endpoints/service.ts';
import * as wire from '../../../src/upstream/wire/index.ts';
import type { ApiClient } from '../../emulator/support.ts';
import { changed, connectBoth, everything, plain, prefix, renamed, untimed } from './support/renamed-contract.ts';

describe('a name of the wire contract is written in one place of the code', () => {
  test('renamed wire names change no response of the gateway and no number of calls', async () => {
    const page = (after: string, fields: string) => `{
      contacts(first: 25, ${after} filter: {createdFrom: "2020-01-01T00:00:00Z"}) {
        totalCount pageInfo { hasNextPage endCursor } nodes { ${fields} }
      }
    }`;
    for (const { emulator } of [plain, renamed]) {
      emulator.control.clearLog();
      const ids = { externalIdentityId: 'SAML-1', personalId: 'CA-1', externalSource: 'crm' };
      emulator.update(demo.contactId, { ...ids, document: { passportNumber: 'YA-1', personalId: 'CA-1' } });
    }
    const [expected, given] = await Promise.all(
      [plain, renamed].map(async (stack) => {
        const first = await stack.query(`${page('', '...Everything')} ${everything}`);
        const { endCursor, ...pageInfo } = first.data.contacts.pageInfo;
        const second = await stack.query(page(`after: "${endCursor}"`, 'cid companyName'));
        const one = await stack.query(
          `{ contact(by: {email: "ada.rossi@example.com"}) { ...Everything } } ${everything}`,
        );
        return {
          errors: [first.errors, second.errors, one.errors],
          contacts: [first.data.contacts.nodes, second.data.contacts.nodes, one.data.contact],
          pageInfo,
          counts: stack.emulator.control.counts(),
        };
      }),
    );
    expect(expected?.errors).toEqual([[], [], []]);
    expect(expected?.contacts[2]).toMatchObject({ language: 'it', loginCount: 28 });
    expect(given).toEqual(expected);
  });

  test('renamed wire names change no page of the events of an organization', async () => {
    const page = (after: string) => `{ organization { events(
      first: 30, types: [VISIT, LOGIN, SIGNUP], since: "2020-01-01T00:00:00Z", until: "2030-01-01T00:00:00Z" ${after}
    ) { nodes { eventId type occurredAt contactId locationName } pageInfo { hasNextPage endCursor } } } }`;
    const [expected, given] = await Promise.all(
      [plain, renamed].map(async (stack) => {
        stack.emulator.control.clearLog();
        const first = await stack.query(page(''));
        const { nodes, pageInfo } = first.data.organization.events;
        const second = await stack.query(page(`, after: "${pageInfo.endCursor}"`));
        expect([first.errors, second.errors]).toEqual([[], []]);
        return [nodes, second.data.organization.events.nodes, stack.emulator.control.counts().organizationEvents];
      }),
    );
    expect(expected?.map((part) => part.length ?? part)).toEqual([30, 30, 2]);
    expect(given).toEqual(expected);
  });

  test('renamed wire names change no check of existence, and none of a username and a password', async () => {
    const keys = [
      ...[{ cid: demo.contactId }, { email: 'ada.rossi@example.com' }, { phone: '+390501234567' }],
      ...[{ username: 'YYYYYZZZXXX1' }, { extId: 'CRM-ADA-1815' }, { extProp1: 'x' }, { extProp2: 'x' }],
    ];
    const credentials = { username: 'YYYYYZZZXXX1', password: demo.contactPassword };
    for (const stack of [plain, renamed]) {
      stack.emulator.control.clearLog();
      const { data } = await stack.query('query ($by: [ContactBy!]!) { contactsExist(by: $by) { exists cid extId } }', {
        by: keys,
      });
      const ada = { exists: true, cid: demo.contactId, extId: 'CRM-ADA-1815' };
      const none = { exists: false, cid: null, extId: null };
      expect(data.contactsExist).toEqual([ada, ada, ada, ada, ada, none, none]);
      const started = await stack.query(
        'mutation ($c: ContactCredentials!) { startContactSession(input: {credentials: $c}) { contact { cid } } }',
        { c: credentials },
      );
      expect(started.data.startContactSession.contact).toEqual({ cid: demo.contactId });
      expect(stack.emulator.control.counts()).toMatchObject({ contactExists: 7, checkCredentials: 1, contacts: 0 });
    }
  });

  test.each([
    ['contact', wire.contactField.companyName],
    ['events', wire.eventBlock.when.createdAtLocal],
    ['devices', wire.deviceField.macAddress],
    ['accountings', wire.accountingField.duration],
  ] as const)('renamed wire names appear in the responses of the upstream: %s', async (call, name) => {
    const [before, after] = await connectBoth();
    for (const cid of [demo.contactId, edge.hugeTraffic, edge.halfEvents, edge.wrongTypes]) {
      const { text: expected } = await before('GET', wire.path[call](cid));
      const { text } = await after('GET', wire.path[call](cid));
      expect(text).toContain(`"${prefix}${name}":`);
      expect(untimed(text.replaceAll(`"${prefix}`, '"'))).toBe(untimed(expected));
    }
  });

  test('renamed wire names change nothing of what the service of a token is', async () => {
    const [original, other] = await connectBoth();
    const { getService: readRenamed } = await import('../../../src/upstream/endpoints/service.ts');
    const through =
      (api: ApiClient) =>
      async ({ method, path }: { method: string; path: string }) => {
        const { text, body: json } = await api(method, path);
        return { bytes: Buffer.from(text), json };
      };
    const expected = await getService(through(original), demo.serviceId);
    expect(expected).toMatchObject({ id: demo.serviceId, organizations: [demo.organizationId] });
    expect(await readRenamed(through(other), demo.serviceId)).toEqual(expected);
    expect((await other('GET', wire.path.service(demo.serviceId))).text).toContain(`"${prefix}organizations":`);
  });

  test('renamed wire names change nothing of policies, WiFi settings, devices of apps and updated documents', async () => {
    const [expected, given] = await Promise.all(
      [plain, renamed].map(async ({ query, emulator }) => {
        emulator.control.policies({ form: 'objects' });
        const app = '{os: "ios", bundle: "com.example.app"}';
        const read = await query(`{ organization { policies { key required } wifiSettings(app: ${app}) {
          defaultLocationId passpoint { realm friendlyName roaming } wpa2Enterprise { ssid ssidHidden }
        } } }`);
        const created =
          await query(`mutation { createContact(input: {source: MOBILEAPP, app: ${app}, browserLanguage: "it",
          policies: {privacy: true, termsOfUse: true}, device: {guid: "g-1"}, extProp1: "app"}) {
            contact { id cid locationCid } } }`);
        const { id, cid, locationCid } = created.data.createContact.contact;
        const update = await query(`mutation {
          updateContact(input: {id: "${id}", document: {memberId: "M"}, processingConsent: {profiling: true, personalData: true}}) {
            contact { document { memberId } processingConsent { profiling personalData } } userErrors { code } }
          registerContactDevice(input: {id: "${id}", device: {installId: "i", osVersion: "18", created: "2026-01-02T03:04:05Z"},
            pushToken: "p", installedProfiles: {passpoint: true, wpa2Enterprise: false}}) { userErrors { code } }
        }`);
        return [read, update, { data: locationCid, errors: [] }]
          .map(({ data, errors }) => ({ data, errors }))
          .concat({
            data: emulator.registeredDevices(cid),
            errors: created.errors,
          });
      }),
    );
    expect(expected?.flatMap(({ errors }) => errors)).toEqual([]);
    expect(expected?.[2]?.data).toBe(demo.locationId);
    expect(expected?.[3]?.data).toMatchObject([{ installId: 'i', pushToken: 'p', passpointInstalled: true }]);
    expect(given).toEqual(expected);
  });

  test('the upstream accepts requests with the renamed wire names', async () => {
    const [, api] = await connectBoth();
    const { createField: field, createBlock: block, updateField, policiesField, acceptanceField } = changed;
    const created = await api('POST', wire.path.createContact, {
      ...{ [field.organizationId]: demo.organizationId, [field.source]: 'api', [field.extId]: 'E-1' },
      ...{ [field.policies]: { privacy: true, termsOfUse: true }, [field.device]: { [block.device.guid]: 'g' } },
      [field.document]: { [block.document.memberId]: 'M-1' },
    });
    const cid = created.body[changed.createdField.id];
    const update = await api('PUT', wire.path.updateContact(cid), { [updateField.phoneNumber]: '+14155552671' });
    const acceptance = { [acceptanceField.key]: 'customs.a', [acceptanceField.accepted]: true };
    const accept = await api('PUT', wire.path.policies(cid), { [policiesField.policies]: [acceptance] });
    expect([update.status, accept.status]).toEqual([200, 200]);
    const { data } = await renamed.query(`{ contact(by: {extId: "E-1"}) {
      cid phone document { memberId } policies { key accepted }
    } }`);
    expect(data.contact).toMatchObject({ cid, phone: '+14155552671', document: { memberId: 'M-1' } });
    expect(data.contact.policies).toContainEqual({ key: 'customs.a', accepted: true });
  });

  test('the upstream rejects the original name of a renamed field', async () => {
    const [, api] = await connectBoth();
    const body = { [wire.updateField.firstName]: 'Grace' };
    expect((await api('PUT', wire.path.updateContact(demo.contactId), body)).status).toBe(409);
  });
});
