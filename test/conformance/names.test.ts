import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

type Member = { type: string; name: string; reason: string | undefined; siblings: readonly string[] };

/** The fields, input fields and enum values of the schema. */
const members: readonly Member[] = Object.values(schema.getTypeMap()).flatMap((type) => {
  if (type.name.startsWith('__')) return [];
  const all = isEnumType(type)
    ? type.getValues()
    : isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
      ? Object.values(type.getFields())
      : [];
  const siblings = all.map(({ name }) => name);
  return all.map(({ name, deprecationReason }) => ({
    ...{ type: type.name, name, siblings },
    reason: deprecationReason ?? undefined,
  }));
});

/** The one spelling of each concept, and the members that have had another one (ADR 42). */
const spellings: Record<string, readonly string[]> = {
  organizationId: ['Contact.organizationCid'],
  organizationIds: ['Service.organizations'],
  locationId: ['Contact.locationCid'],
  locationIds: ['Service.locations'],
  segmentId: ['Segment.cid'],
  segmentIds: ['Contact.segmentCids'],
  externalIds: ['extId', 'extProp1', 'extProp2'].flatMap((name) => [
    `CreateContactInput.${name}`,
    `UpdateContactInput.${name}`,
  ]),
  signupMethod: ['CreateContactInput.source'],
  acceptedPolicies: ['ContactFilter.acceptedCustomPolicies'],
  key: ['CustomPolicyInput.name'],
  createdAt: ['AppDeviceInput.created', 'DeviceInput.created'],
  modifiedAt: ['DeviceInput.modified'],
  lastSeenAt: ['AppDeviceInput.lastSeen', 'DeviceInput.lastSeen'],
  email: ['EmailClickedEvent.address', 'EmailOpenedEvent.address', 'EmailSentEvent.address'],
  PHONE: ['DeduplicateKey.PHONE_NUMBER'],
};

test('each concept has one spelling, and each other one is deprecated in favour of it', () => {
  const deprecated = members.filter(({ reason }) => reason !== undefined);
  expect(Object.fromEntries(deprecated.map(({ type, name, reason }) => [`${type}.${name}`, reason]))).toEqual(
    Object.fromEntries(Object.entries(spellings).flatMap(([name, old]) => old.map((each) => [each, `Use ${name}.`]))),
  );
  for (const { siblings, reason } of deprecated) expect(siblings).toContain(reason?.slice('Use '.length, -1));
});

test('the id of another object ends in "Id", and the upstream id of an object itself is its cid', () => {
  const cids = members.filter(({ name, reason }) => /cids?$/i.test(name) && reason === undefined);
  expect(cids.map(({ type, name }) => `${type}.${name}`).sort()).toEqual([
    'Contact.cid',
    'ContactBy.cid',
    'ContactExistence.cid',
    'Organization.cid',
  ]);
});
