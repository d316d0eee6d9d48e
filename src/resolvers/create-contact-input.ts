import { Secret } from '../crypto/secret.ts';
import type { DeduplicateKey, NewContact } from '../model.ts';
import { type ContactFields, parseContactFields } from './contact-changes.ts';
import { required } from './input/problems.ts';
import type { Optional, ScalarInput } from './input/scalar-input.ts';
import { parseId } from './input/upstream-id.ts';
import type { InputValidator } from './input/validator.ts';
import { type PoliciesInput, parseNewAcceptances } from './policy.ts';

/** Optional texts by their names. */
type Texts<K extends string> = { readonly [N in K]?: Optional<string> };

const documentTexts = ['memberId', 'number', 'passportNumber', 'personalId', 'type'] as const;
const deviceTexts = ['source', 'bundle', 'vendorId', 'advId', 'installId', 'os', 'device', 'guid'] as const;
const deviceTimes = ['created', 'modified', 'lastSeen'] as const;

type Consent = { readonly profiling?: Optional<boolean>; readonly personalData?: Optional<boolean> };

/** The input of the mutation `createContact`. */
export type CreateContactInput = ContactFields & {
  source: NewContact['source'];
  policies: PoliciesInput;
  locationId?: Optional<string>;
  hotspotId?: Optional<string>;
  username?: Optional<string>;
  password?: Optional<string>;
  picture?: Optional<string>;
  document?: Optional<Texts<(typeof documentTexts)[number]>>;
  locked?: Optional<boolean>;
  profileId?: Optional<string>;
  processingConsent?: Optional<Consent>;
  device?: Optional<
    Texts<(typeof deviceTexts)[number]> & { readonly [K in (typeof deviceTimes)[number]]?: Optional<ScalarInput<Date>> }
  >;
  deduplicate?: Optional<readonly DeduplicateKey[]>;
};

/** A parsed creation: the new contact, and the keys by which an existing contact is updated instead. */
export type ParsedCreateContactInput = {
  check: InputValidator;
  contact: NewContact;
  deduplicate: readonly DeduplicateKey[];
};

/** Parses the input of a creation. The result is incomplete where the validator has problems. */
export function parseCreateContactInput(input: CreateContactInput, check: InputValidator): ParsedCreateContactInput {
  const { source, policies, processingConsent, document, device } = input;
  const password = check.text('password', input.password);
  const contact: NewContact = {
    ...parseContactFields(input, check),
    source,
    policies: parseNewAcceptances(policies, check.nested('policies')),
    locationId: check.parse('locationId', input.locationId, parseId),
    hotspotId: check.parse('hotspotId', input.hotspotId, parseId),
    username: check.text('username', input.username),
    password: password === undefined ? undefined : new Secret(password),
    picture: check.text('picture', input.picture, 2048),
    document: document == null ? undefined : parseTexts(documentTexts, document, check.nested('document')),
    lock: input.locked ?? undefined,
    profileId: check.text('profileId', input.profileId),
    processingData: processingConsent == null ? undefined : toProcessingData(processingConsent),
    device: device == null ? undefined : parseDevice(device, check.nested('device')),
  };
  return { check, contact, deduplicate: parseDeduplicate(input, check) };
}

function toProcessingData({ profiling, personalData }: Consent): NewContact['processingData'] {
  return { profiling: profiling ?? undefined, processingPersonalData: personalData ?? undefined };
}

function parseTexts<K extends string>(names: readonly K[], given: Texts<NoInfer<K>>, check: InputValidator) {
  const texts: { [N in K]?: string | undefined } = {};
  for (const name of names) texts[name] = check.text(name, given[name]);
  return texts;
}

function parseDevice(device: NonNullable<CreateContactInput['device']>, check: InputValidator): NewContact['device'] {
  const times: { [N in (typeof deviceTimes)[number]]?: string | undefined } = {};
  for (const name of deviceTimes) times[name] = check.parse<Date, string>(name, device[name], toInstant);
  return { ...parseTexts(deviceTexts, device, check), ...times };
}

/** Formats a time as in the upstream's examples, which have whole seconds. */
function toInstant(time: Date): string {
  return time.toISOString().replace('.000Z', 'Z');
}

/** A key without a value would match no contact, and a duplicate would be created. */
function parseDeduplicate(input: CreateContactInput, check: InputValidator): readonly DeduplicateKey[] {
  const keys = [...new Set(input.deduplicate)];
  for (const key of keys) {
    if (key === 'guid' ? input.device?.guid != null : input[fieldOf[key]] != null) continue;
    const field = key === 'guid' ? ['device', 'guid'] : [fieldOf[key]];
    check.add(field, required('This is needed to find out whether the contact exists already.'));
  }
  return keys;
}

const fieldOf = {
  phoneNumber: 'phone',
  email: 'email',
  extId: 'extId',
  extProp1: 'extProp1',
  extProp2: 'extProp2',
} as const;
