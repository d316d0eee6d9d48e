import type { DeduplicateKey } from '../model.ts';
import { secretInput } from './access.ts';
import { AppInput } from './app.ts';
import { builder } from './builder.ts';
import { contactFields } from './contact-changes.ts';
import { SignupMethod } from './contact-enums.ts';
import { DeviceInput } from './device.ts';
import { IdentityDocumentInput } from './document.ts';
import { PoliciesInput, ProcessingConsentInput } from './policy.ts';

/** The keys that can be compared, by the upstream's names. */
const keys = {
  PHONE: { value: 'phoneNumber', description: 'The same `phone`.' },
  PHONE_NUMBER: { value: 'phoneNumber', description: 'The same `phone`.', deprecationReason: 'Use PHONE.' },
  EMAIL: { value: 'email', description: 'The same `email`.' },
  EXT_ID: { value: 'extId', description: 'The same `extId`.' },
  EXT_PROP_1: { value: 'extProp1', description: 'The same `extProp1`.' },
  EXT_PROP_2: { value: 'extProp2', description: 'The same `extProp2`.' },
  GUID: { value: 'guid', description: 'The same `device.guid`.' },
} as const satisfies Record<string, { value: DeduplicateKey; description: string; deprecationReason?: string }>;

const DeduplicateKeyRef = builder.enumType('DeduplicateKey', {
  description: 'What a contact that is there already has in common with a new one.',
  values: keys,
});

export const CreateContactInput = builder.inputType('CreateContactInput', {
  description: 'A new contact. Null is the same as leaving it out.',
  fields: (t) => ({
    signupMethod: t.field({ type: SignupMethod, description: 'Where the person signs up. Required.' }),
    source: t.field({
      type: SignupMethod,
      description: 'Where the person signs up.',
      deprecationReason: 'Use signupMethod.',
    }),
    policies: t.field({
      type: PoliciesInput,
      required: true,
      description: 'What the person accepts; `privacy` and `termsOfUse` must be true.',
    }),
    ...contactFields(t),
    locationId: t.id({
      description: "The upstream's id of the location of the sign-up; without it, the default location of the `app`.",
    }),
    app: t.field({
      type: AppInput,
      description:
        'The app on which the person signs up, whose default location is taken when `locationId` is left out. NOT_FOUND when the organization has no such app.',
    }),
    hotspotId: t.id({ description: "The upstream's id of the access point." }),
    username: t.string({ description: 'The name to log in with, 1 to 256 characters; made up when it is left out.' }),
    password: t.string({
      description: 'The password, 1 to 256 characters; made up when it is left out.',
      extensions: secretInput,
    }),
    picture: t.string({ description: 'Address of a picture of the person, 1 to 2048 characters.' }),
    document: t.field({ type: IdentityDocumentInput, description: 'The document that the person has shown.' }),
    locked: t.boolean({ description: 'Whether the contact is kept from logging in; it is, when this is left out.' }),
    profileId: t.string({ description: 'The internet plan.' }),
    processingConsent: t.field({
      type: ProcessingConsentInput,
      description: 'What may be done with the data of the contact.',
    }),
    browserLanguage: t.string({ description: "The language of the person's device, like `en` or `en-US`." }),
    device: t.field({ type: DeviceInput, description: 'The device on which the person signs up.' }),
    deduplicate: t.field({
      type: [DeduplicateKeyRef],
      description:
        'Update a contact that is there already, and has one of these in common, instead of creating another. Its sign-up method, username and password stay. Each needs its value to be given.',
    }),
  }),
});
