// Two gateways with their emulators: one with the wire contract, and one in which every wire name has a prefix.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isInterfaceType, isObjectType } from 'graphql';
import { afterAll, beforeAll, vi } from 'vitest';
import * as wire from '../../../../src/upstream/wire/index.ts';
import { type ApiClient, clientWithToken, sendRequest } from '../../../emulator/support.ts';
import { startGateway, type TestGateway } from '../../../support/gateway.ts';

/** The gateway with the wire contract. */
export let plain: TestGateway;
/** The gateway in which every wire name has a prefix. */
export let renamed: TestGateway;
/** The wire contract of that gateway. */
export let changed: typeof wire;

beforeAll(async () => {
  // Ids of rows depend on the key.
  const CURSOR_KEYS = randomBytes(32).toString('base64');
  const options = { emulator: { contacts: 100 }, env: { OPERATION_DEADLINE_MS: '10000', CURSOR_KEYS } };
  plain = await startGateway(options);
  vi.resetModules();
  vi.doMock(import('../../../../src/upstream/wire/rows.ts'), async (original) => rename(await original()));
  vi.doMock(import('../../../../src/upstream/wire/bodies.ts'), async (original) => rename(await original()));
  vi.doMock(import('../../../../src/upstream/wire/organization.ts'), async (original) => {
    const contract = await original();
    const { appSource, outerIdentityUser } = contract; // values, which have no prefix
    return Object.assign(rename(contract), { appSource, outerIdentityUser });
  });
  vi.doMock(import('../../../../src/upstream/wire/envelope.ts'), async (original) => {
    const { envelopeField, payload, loginField, claim, ...rest } = await original();
    return { ...rest, ...rename({ envelopeField, payload, loginField, claim }) };
  });
  vi.doMock(import('../../../../src/upstream/wire/calls.ts'), async (original) => {
    const { listParam, existsParam, eventsParam, param, ...rest } = await original();
    return { ...rest, ...rename({ listParam, existsParam, eventsParam, param }) };
  });
  changed = await import('../../../../src/upstream/wire/index.ts');
  renamed = await (await import('../../../support/gateway.ts')).startGateway(options);
});
afterAll(async () => {
  await plain.close();
  await renamed.close();
});

/** Logs in at the upstreams of both gateways, and returns a client of each. */
export const connectBoth = () => Promise.all([logInClient(plain, wire), logInClient(renamed, changed)]);

/** Logs in with the names of a wire contract, and returns a client of the upstream. */
async function logInClient({ emulator }: TestGateway, { path, loginField }: typeof wire): Promise<ApiClient> {
  const body = { [loginField.clientKey]: emulator.clientKey, [loginField.clientSecret]: emulator.clientSecret };
  const reply = await sendRequest(emulator.url + path.login, { method: 'POST', body: JSON.stringify(body) });
  return clientWithToken(emulator, reply.body[loginField.token]);
}

/** The prefix of the renamed names. */
export const prefix = 'x_';

/** Adds a prefix that no other code contains. Functions, like that of `customOptin.<policy>`, stay unchanged. */
function rename<T extends object>(names: T): T {
  const entries = Object.entries(names).map(([name, value]) => [
    name,
    typeof value === 'string' ? prefix + value : typeof value === 'object' ? rename(value) : value,
  ]);
  return Object.fromEntries(entries) as T; // The keys are the same, but the values differ from their literal types.
}

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

/** Every field of a contact and of its events, devices and WiFi sessions, for all types of events. */
export const everything = `fragment Everything on Contact ${selectionOf('Contact')}`;

function selectionOf(name: string): string {
  const type = schema.getType(name);
  if (isInterfaceType(type)) {
    const kinds = schema.getPossibleTypes(type).map((kind) => `... on ${kind.name} ${selectionOf(kind.name)}`);
    return `{ ${kinds.join(' ')} }`;
  }
  if (!isObjectType(type)) return '';
  // The contact of an event is the contact that is selected.
  const fields = Object.values(type.getFields()).filter(({ name }) => !['edges', 'pageInfo', 'contact'].includes(name));
  return `{ ${fields.map(({ name, type }) => `${name} ${selectionOf(getNamedType(type).name)}`).join(' ')} }`;
}

/** Returns the text of a response without the time at which it was made. */
export function untimed(text: string): string {
  return text.replace(/"generated":"[^"]*"/, '');
}
