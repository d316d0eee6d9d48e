import type { Contact } from '../model.ts';
import { type ContactBy as ContactKey, contactBy, parseContactBy } from '../resolvers/contact.ts';
import { contactProfile } from '../resolvers/contact-profile.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { type CountCalls, contactsWithIds, costs, profileCost, profileField, readProfiles } from './call-cost.ts';
import { CivilStatus, DoubleOptIn, Gender, SignupMethod } from './contact-enums.ts';
import { selectedBranches } from './look-ahead.ts';

/** A caller who may read contacts, or a customer session, which reads its own. */
export const contactAccess = requiresScope('customer_read', { session: true });

/** The reference to the type `Contact`, with which other types refer to it. */
export const ContactRef = builder.objectRef<Contact>('Contact');

builder.node(ContactRef, {
  description: 'A person known to an organization: who they are, what they agreed to, and what they did.',
  id: { resolve: ({ cid }) => cid },
  extensions: contactAccess,
  fields: (t) => ({
    cid: t.exposeID('cid', { nullable: false, description: "The upstream's own id of this contact." }),
    title: t.exposeString('title', { description: 'How the person is addressed.' }),
    firstName: t.exposeString('firstName', { description: 'Given name.' }),
    lastName: t.exposeString('lastName', { description: 'Family name.' }),
    gender: t.expose('gender', { type: Gender, description: 'Gender as the person gave it.' }),
    birthDate: t.expose('birthDate', { type: 'Date', description: 'The day the person was born.' }),
    birthDay: t.exposeString('birthDay', { description: 'Day of birth without the year, `MM-DD`.' }),
    age: t.exposeInt('age', { description: 'Age in years.' }),
    civilStatus: t.field({
      type: CivilStatus,
      description: `How the person is addressed by civil status. ${profileCost}`,
      extensions: { ...contactAccess, ...profileField },
      resolve: contactProfile('civilStatus'),
    }),
    companyName: t.string({
      description: `The company the person works for. ${profileCost}`,
      extensions: { ...contactAccess, ...profileField },
      resolve: contactProfile('companyName'),
    }),
    picture: t.string({
      description: `Address of a picture of the person. ${profileCost}`,
      extensions: { ...contactAccess, ...profileField },
      resolve: contactProfile('picture'),
    }),
    country: t.expose('country', { type: 'CountryCode', description: 'Country of residence.' }),
    zipCode: t.exposeString('zipCode', { description: 'Postal code.' }),
    language: t.field({
      type: 'LanguageCode',
      description: `Preferred language. ${profileCost}`,
      extensions: { ...contactAccess, ...profileField },
      resolve: contactProfile('language'),
    }),
    email: t.expose('email', { type: 'EmailAddress', description: 'E-mail address.' }),
    emailVerified: t.exposeBoolean('emailVerified', { description: 'Whether the e-mail address has been confirmed.' }),
    phone: t.expose('phone', { type: 'PhoneNumber', description: 'Phone number.' }),
    phoneVerified: t.exposeBoolean('phoneVerified', { description: 'Whether the phone number has been confirmed.' }),
    doubleOptIn: t.field({
      type: DoubleOptIn,
      description: `How far a double opt-in has come. ${profileCost}`,
      extensions: { ...contactAccess, ...profileField },
      resolve: contactProfile('doubleOptin'),
    }),
    username: t.exposeString('username', { description: 'The name with which the contact logs in to the WiFi.' }),
    locked: t.exposeBoolean('locked', { description: 'Whether the contact is kept from logging in.' }),
    enabled: t.exposeBoolean('enabled', { description: 'Whether the account is enabled.' }),
    profileId: t.string({
      description: `The internet plan. ${profileCost}`,
      extensions: { ...contactAccess, ...profileField },
      resolve: contactProfile('profileId'),
    }),
    signupMethod: t.expose('signupMethod', { type: SignupMethod, description: 'Where the contact signed up.' }),
    system: t.exposeString('system', { description: 'The system that the contact came from.' }),
    type: t.exposeString('type', { description: 'The kind of account.' }),
    externalSource: t.exposeString('externalSource', { description: 'The outside system that manages this contact.' }),
    externalIdentityId: t.exposeString('externalIdentityId', {
      description: 'The id of the contact at an identity provider.',
    }),
    personalId: t.exposeString('personalId', { description: 'Number of an identity card.' }),
    organizationId: t.exposeID('organizationCid', { description: "The upstream's id of the organization." }),
    organizationCid: t.exposeID('organizationCid', {
      description: "The upstream's id of the organization.",
      deprecationReason: 'Use organizationId.',
    }),
    locationId: t.exposeID('locationCid', { description: "The upstream's id of the location of the sign-up." }),
    locationCid: t.exposeID('locationCid', {
      description: "The upstream's id of the location of the sign-up.",
      deprecationReason: 'Use locationId.',
    }),
    locationName: t.exposeString('locationName', { description: 'The location of the sign-up.' }),
    createdAt: t.expose('created', { type: 'DateTime', description: 'When the contact was created.' }),
    modifiedAt: t.expose('modified', { type: 'DateTime', description: 'When the contact was last changed.' }),
    lastLoginAt: t.expose('lastLogin', { type: 'DateTime', description: 'When the contact last logged in.' }),
    loginCount: t.exposeInt('logins', { description: 'How often the contact has logged in.' }),
    custom: t.field({
      type: 'JSONObject',
      description: `Custom attributes of the organization. ${profileCost}`,
      extensions: { ...contactAccess, ...profileField },
      resolve: contactProfile('custom'),
    }),
  }),
});

/** The reference to the input `ContactBy`. */
export const ContactBy = builder.inputType('ContactBy', {
  description: 'What to find a contact by: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'The global id.' }),
    cid: t.id({ description: "The upstream's own id." }),
    username: t.string({ description: 'The name with which the contact logs in to the WiFi.' }),
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address.' }),
    phone: t.field({ type: 'PhoneNumber', description: 'The phone number.' }),
    extId: t.string({ description: 'The external id.' }),
    extProp1: t.string({ description: 'The first external property.' }),
    extProp2: t.string({ description: 'The second external property.' }),
  }),
});

/** A contact that is found by another key than its id is a row of a list. */
const countContact: CountCalls<{ by: ContactKey }> = (calls, { by }) => {
  const { cid } = parseContactBy(by);
  if (cid !== undefined) return readProfiles(calls, contactsWithIds([cid]));
  calls.add(1);
  return calls.unknownContacts(1, 'row');
};

builder.queryFields((t) => ({
  contact: t.field({
    type: ContactRef,
    description: 'One contact; null when there is none, or when it is not yours. CONFLICT when several match.',
    args: { by: t.arg({ type: ContactBy, required: true, description: 'Which contact.' }) },
    extensions: { ...contactAccess, ...costs('1', countContact, 'contact', 'contacts') },
    resolve: (_root, args, context, info) => contactBy(args.by, selectedBranches(info, context), context),
  }),
}));
