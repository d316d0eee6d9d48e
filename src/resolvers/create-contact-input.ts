import { Secret } from '../crypto/secret.ts';
import type { App, DeduplicateKey, NewContact } from '../model.ts';
import { type AppInput, parseApp } from './app.ts';
import { type ConsentInput, type DocumentInput, parseDocument, toProcessingData } from './contact-blocks.ts';
import { type ContactFields, parseContactFields } from './contact-changes.ts';
import { type DeviceInput, parseDevice } from './device-input.ts';
import { eitherName } from './input/deprecated-name.ts';
import { required } from './input/problems.ts';
import type { Optional } from './input/scalar-input.ts';
import { parseId } from './input/upstream-id.ts';
import type { InputValidator } from './input/validator.ts';
import { type PoliciesInput, parseNewAcceptances } from './policy.ts';

/** The input of the mutation `createContact`. */
export type CreateContactInput = ContactFields & {
  signupMethod?: Optional<NewContact['source']>;
  source?: Optional<NewContact['source']>;
  policies: PoliciesInput;
  locationId?: Optional<string>;
  hotspotId?: Optional<string>;
  username?: Optional<string>;
  password?: Optional<string>;
  picture?: Optional<string>;
  document?: Optional<DocumentInput>;
  locked?: Optional<boolean>;
  profileId?: Optional<string>;
  processingConsent?: Optional<ConsentInput>;
  browserLanguage?: Optional<string>;
  device?: Optional<DeviceInput>;
  app?: Optional<AppInput>;
  deduplicate?: Optional<readonly DeduplicateKey[]>;
};

/** A parsed creation: the new contact, and the keys by which an existing contact is updated instead. */
export type ParsedCreateContactInput = {
  check: InputValidator;
  contact: NewContact;
  /** The app whose default location is that of the contact, unless the contact has one. */
  app: App | undefined;
  deduplicate: readonly DeduplicateKey[];
};

/** Parses the input of a creation. The result is incomplete where the validator has problems. */
export function parseCreateContactInput(input: CreateContactInput, check: InputValidator): ParsedCreateContactInput {
  const { policies, processingConsent, document, device, app } = input;
  const { name, value: source } = eitherName(input, 'signupMethod', 'source', check);
  if (source == null) check.add([name], required('Say where the person signs up.'));
  const password = check.text('password', input.password);
  const contact: NewContact = {
    ...parseContactFields(input, check),
    source: source ?? 'other',
    policies: parseNewAcceptances(policies, check.nested('policies')),
    locationId: check.parse('locationId', input.locationId, parseId),
    hotspotId: check.parse('hotspotId', input.hotspotId, parseId),
    username: check.text('username', input.username),
    password: password === undefined ? undefined : new Secret(password),
    picture: check.text('picture', input.picture, 2048),
    document: document == null ? undefined : parseDocument(document, check.nested('document')),
    lock: input.locked ?? undefined,
    profileId: check.text('profileId', input.profileId),
    processingData: processingConsent == null ? undefined : toProcessingData(processingConsent),
    browserLanguage: check.text('browserLanguage', input.browserLanguage),
    device: device == null ? undefined : parseDevice(device, check.nested('device')),
  };
  return {
    check,
    contact,
    app: app == null ? undefined : parseApp(app, check.nested('app')),
    deduplicate: parseDeduplicate(input, check),
  };
}

/** A key without a value would match no contact, and a duplicate would be created. */
function parseDeduplicate(input: CreateContactInput, check: InputValidator): readonly DeduplicateKey[] {
  const keys = [...new Set(input.deduplicate)];
  for (const key of keys) {
    const { path, value } = comparedInput(key, input);
    if (value == null) check.add(path, required('This is needed to find out whether the contact exists already.'));
  }
  return keys;
}

/** What is compared by a key, and the path to it. */
function comparedInput(key: DeduplicateKey, input: CreateContactInput): { path: readonly string[]; value: unknown } {
  if (key === 'guid') return { path: ['device', 'guid'], value: input.device?.guid };
  if (key === 'phoneNumber') return { path: ['phone'], value: input.phone };
  if (key === 'email') return { path: ['email'], value: input.email };
  const path = input.externalIds == null ? [key] : ['externalIds', key];
  return { path, value: input.externalIds?.[key] ?? input[key] };
}
