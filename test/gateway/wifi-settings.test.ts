// The WiFi settings of an app (call 17): for an organization, for a contact and for a creation, and what an app may be called.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { hostileBundles, hostileSystems } from '../support/hostile-apps.ts';
import { minimal, routesOf, userErrors } from '../support/write-gateway.ts';

const app = { os: 'ios', bundle: 'com.example.app' };
const blocks = `passpoint { realm friendlyName roaming outerIdentity trustedServerNames }
  wpa2Enterprise { ssid ssidHidden outerIdentity trustedServerNames }`;
const settingsQuery = `query ($app: AppInput!) { organization { wifiSettings(app: $app) { defaultLocationId ${blocks} } } }`;
const profilesQuery = `query ($app: AppInput, $cid: ID!) { contact(by: {cid: $cid}) { wifiProfiles(app: $app) {
  passpoint { realm username outerIdentity } wpa2Enterprise { ssid ssidHidden username trustedServerNames }
} } }`;

let stack: TestGateway;
let cached: TestGateway;
beforeAll(async () => {
  const emulator = { contacts: 50 };
  stack = await startGateway({ emulator, env: { WIFI_SERVER_DOMAIN: 'radius.example.com' } });
  cached = await startGateway({ emulator, env: { SWITCHED_OFF: 'retry,rate-limit-gate' } });
  for (const each of [stack, cached]) await each.query('{ contacts(first: 1) { nodes { cid } } }'); // logs in
});
beforeEach(() => {
  for (const each of [stack, cached]) each.emulator.control.reset();
});
afterAll(() => Promise.all([stack.close(), cached.close()]));

describe('organization { wifiSettings(app:) }', () => {
  test('the settings of an app have the server of the configured domain', async () => {
    const { data, errors } = await stack.query(settingsQuery, { app });
    expect(errors).toEqual([]);
    const server = { outerIdentity: 'anonymous@radius.example.com', trustedServerNames: ['radius.example.com'] };
    expect(data.organization.wifiSettings).toEqual({
      defaultLocationId: demo.locationId,
      passpoint: { realm: 'wifi.cloud4wi.com', friendlyName: 'Cloud4Wi WiFi', roaming: false, ...server },
      wpa2Enterprise: { ssid: 'securewifi.io', ssidHidden: false, ...server },
    });
    expect(stack.emulator.control.calls().map(({ path }) => path)).toEqual([
      `/v4/organizations/${demo.organizationId}/devices/ios_com.example.app/settings`,
    ]);
  });

  test('without a domain the server is that of the organizations file', async () => {
    const { data } = await cached.query(settingsQuery, { app });
    expect(data.organization.wifiSettings.passpoint).toMatchObject({
      outerIdentity: 'anonymous@get.securewifi.io',
      trustedServerNames: ['get.securewifi.io'],
    });
  });

  test.each([
    ['android', 'com.example.app', { wpa2Enterprise: { ssidHidden: true }, passpoint: null, defaultLocationId: null }],
    ['iOS', 'com.example.passpoint', { wpa2Enterprise: null, passpoint: { realm: 'wifi.cloud4wi.com' } }],
    ['ios', 'com.example.bare', { wpa2Enterprise: null, passpoint: null, defaultLocationId: null }],
  ])('a block that the app %s %s does not have is null', async (os, bundle, expected) => {
    const { data, errors } = await stack.query(settingsQuery, { app: { os, bundle } });
    expect(errors).toEqual([]);
    expect(data.organization.wifiSettings).toMatchObject(expected);
  });

  test('an app that the organization does not have is null', async () => {
    const { data, errors } = await stack.query(settingsQuery, { app: { os: 'ios', bundle: 'com.example.none' } });
    expect({ data, errors }).toEqual({ data: { organization: { wifiSettings: null } }, errors: [] });
  });

  test('values that cannot be read are null and counted, and a block without its name is null', async () => {
    stack.emulator.control.appSettings(demo.organizationId, 'ios_com.example.app', {
      defaultLocationId: '../x',
      wpa2: { ssid: 5, ssidHidden: true },
      passpoint: { realm: 'r', friendlyName: 7, roaming: 'no' },
    });
    stack.logged.length = 0;
    const { data, errors } = await stack.query(settingsQuery, { app });
    expect(errors).toEqual([]);
    expect(data.organization.wifiSettings).toMatchObject({
      defaultLocationId: null,
      wpa2Enterprise: null,
      passpoint: { realm: 'r', friendlyName: null, roaming: null },
    });
    for (const path of ['defaultLocationId', 'wpa2', 'friendlyName', 'roaming']) {
      expect(stack.logged.join('')).toContain(path);
    }
  });

  test.each([
    [{ kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
    [{ kind: 'ko' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'invalid-json' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'body', body: '[]' }, 'UPSTREAM_BAD_RESPONSE'],
    [{ kind: 'status', status: 429 }, 'RATE_LIMITED'],
    [{ kind: 'status', status: 410 }, 'GONE'],
    [{ kind: 'status', status: 403, times: 2 }, 'FORBIDDEN'],
  ] as const)('a call that fails by %j is an error of its field', async (fault, code) => {
    stack.emulator.control.fault({ path: '/settings$', ...fault });
    const { data, errors } = await stack.query(settingsQuery, { app });
    expect(data.organization).toEqual({ wifiSettings: null });
    expect(errors).toMatchObject([{ path: ['organization', 'wifiSettings'], extensions: { code } }]);
  });

  test('the settings are read once for some minutes, and once in an operation', async () => {
    const bundle = 'com.example.passpoint';
    for (let n = 0; n < 3; n += 1) await cached.query(settingsQuery, { app: { os: 'ios', bundle } });
    expect(routesOf(cached)).toEqual(['appSettings']);
  });
});

describe('contact { wifiProfiles(app:) }', () => {
  test('the profiles of an app have the username of the contact', async () => {
    const { data, errors } = await stack.query(profilesQuery, { app, cid: demo.contactId });
    expect(errors).toEqual([]);
    const username = 'YYYYYZZZXXX1';
    expect(data.contact.wifiProfiles).toEqual({
      passpoint: { realm: 'wifi.cloud4wi.com', username, outerIdentity: 'anonymous@radius.example.com' },
      wpa2Enterprise: {
        ssid: 'securewifi.io',
        ssidHidden: false,
        username,
        trustedServerNames: ['radius.example.com'],
      },
    });
    expect(routesOf(stack)).toEqual(['contact', 'appSettings']);
  });

  test('without an app the profiles are those of the organizations file, without a call', async () => {
    const { data } = await stack.query(profilesQuery, { cid: demo.contactId });
    expect(data.contact.wifiProfiles.wpa2Enterprise).toMatchObject({ ssid: 'securewifi.io', ssidHidden: null });
    expect(routesOf(stack)).toEqual(['contact']);
  });

  test('a contact without username and an app that does not exist have no profiles', async () => {
    const one = await stack.query(profilesQuery, { app, cid: edge.noUsername });
    const other = await stack.query(profilesQuery, { app: { os: 'ios', bundle: 'none' }, cid: demo.contactId });
    expect([one.data, other.data]).toEqual(Array(2).fill({ contact: { wifiProfiles: null } }));
    expect(routesOf(stack)).toEqual(['contact', 'contact', 'appSettings']);
  });

  test('the contacts of a list share one call', async () => {
    const list =
      'query ($app: AppInput) { contacts(first: 20) { nodes { wifiProfiles(app: $app) { passpoint { realm } } } } }';
    expect((await stack.query(list, { app })).errors).toEqual([]);
    expect(routesOf(stack)).toEqual(['contacts', 'appSettings']);
  });
});

describe('createContact with an app', () => {
  const create = (input: object) =>
    stack.query(
      `mutation ($input: CreateContactInput!) { createContact(input: $input) { contact { locationCid } ${userErrors} } }`,
      { input: { ...minimal, ...input } },
    );
  const called = () => routesOf(stack).filter((route) => route !== 'organizationPolicies');

  test('a new contact gets the default location of the app, unless it has one', async () => {
    const second = stack.emulator
      .contacts()
      .map(({ locationCid }) => locationCid)
      .find((cid) => /^[0-9a-f]{32}$/.test(`${cid}`) && cid !== demo.locationId);
    stack.emulator.control.appSettings(demo.organizationId, 'ios_com.example.app', { defaultLocationId: `${second}` });
    expect((await create({ app })).data.createContact.contact).toEqual({ locationCid: second });
    expect((await create({ app, locationId: demo.locationId })).data.createContact.contact).toEqual({
      locationCid: demo.locationId,
    });
    expect(called()).toEqual(['appSettings', 'createContact', 'contact', 'createContact', 'contact']);
  });

  test('an app that does not exist is a user error, and nothing is created', async () => {
    const { data } = await create({ app: { os: 'ios', bundle: 'com.example.none' } });
    expect(data.createContact.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'app'] }]);
    expect(called()).toEqual(['appSettings']);
  });

  test('while the settings of the app cannot be read, nothing is created', async () => {
    stack.emulator.control.fault({ path: '/settings$', kind: 'status', status: 500 });
    expect((await create({ app })).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(called()).toEqual(['appSettings']);
  });
});

test.each([
  ...hostileBundles.map((bundle) => ['bundle', { os: 'ios', bundle }] as const),
  ...hostileSystems.map((os) => ['os', { os, bundle: 'com.example.app' }] as const),
])('a hostile %s never reaches the upstream: %j', async (field, hostile) => {
  for (const query of [settingsQuery, profilesQuery]) {
    const { errors } = await stack.query(query, { app: hostile, cid: demo.contactId });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: ['app', field] } }]);
  }
  const { data } = await stack.query(
    `mutation ($input: CreateContactInput!) { createContact(input: $input) { ${userErrors} } }`,
    { input: { ...minimal, app: hostile } },
  );
  expect(data.createContact.userErrors).toMatchObject([{ code: 'FORMAT', field: ['input', 'app', field] }]);
  expect(routesOf(stack).filter((route) => route !== 'contact')).toEqual([]);
});
