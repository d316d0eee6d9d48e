import { builder } from './builder.ts';
import { SignupMethod } from './contact-enums.ts';

const several =
  '1 to 20 values; a page costs a call for each, or for each combination with others. Only in an order by time.';

export const ContactFilter = builder.inputType('ContactFilter', {
  description: 'Conditions on contacts; all that are given must hold. Null asks for nothing, like leaving it out.',
  fields: (t) => ({
    ids: t.idList({
      description:
        'Has one of these global ids, 1 to 100; without other conditions. It costs a call for each. Those that do not exist are left out. Only in an order by time, or with `orderBy: null` in the order of the ids.',
    }),
    hasEmail: t.boolean({ description: 'Has an e-mail address. Can only be true, as all conditions of this kind.' }),
    hasVerifiedEmail: t.boolean({ description: 'Has a confirmed e-mail address. Can only be true.' }),
    hasPhone: t.boolean({ description: 'Has a phone number. Can only be true.' }),
    hasVerifiedPhone: t.boolean({ description: 'Has a confirmed phone number. Can only be true.' }),
    acceptsMarketing: t.boolean({ description: 'Has agreed to marketing communications. Can only be true.' }),
    hasVerifiedAge: t.boolean({ description: 'Has confirmed to be old enough. Can only be true.' }),
    acceptedPolicies: t.stringList({
      description: 'Has accepted each of these custom policies, by key with the prefix `customs.`; up to 100.',
    }),
    acceptedCustomPolicies: t.stringList({
      description: 'Has accepted each of these custom policies, by key without the prefix `customs.`.',
      deprecationReason: 'Use acceptedPolicies.',
    }),
    signupMethod: t.field({ type: SignupMethod, description: 'Signed up here.' }),
    locationIds: t.idList({ description: 'Registered at any of these locations, by upstream id; 1 to 100.' }),
    segmentIds: t.idList({ description: 'In any of these segments, by upstream id; 1 to 100.' }),
    createdFrom: t.field({
      type: 'DateTime',
      description: 'Created at this time, on this day, or later. Counts in whole seconds.',
    }),
    createdTo: t.field({
      type: 'DateTime',
      description: 'Created at this time, on this day, or earlier. Counts in whole seconds.',
    }),
    modifiedFrom: t.field({
      type: 'DateTime',
      description: 'Changed at this time, on this day, or later. Counts in whole seconds.',
    }),
    modifiedTo: t.field({
      type: 'DateTime',
      description: 'Changed at this time, on this day, or earlier. Counts in whole seconds.',
    }),
    email: t.field({ type: 'EmailAddress', description: 'Has this e-mail address.' }),
    phone: t.field({ type: 'PhoneNumber', description: 'Has this phone number.' }),
    username: t.string({ description: 'Has this username.' }),
    extId: t.string({ description: 'Has this external id.' }),
    extProp1: t.string({ description: 'Has this first external property.' }),
    extProp2: t.string({ description: 'Has this second external property.' }),
    signupMethods: t.field({ type: [SignupMethod], description: `Signed up at one of these. ${several}` }),
    emails: t.field({ type: ['EmailAddress'], description: `Has one of these e-mail addresses. ${several}` }),
    phones: t.field({ type: ['PhoneNumber'], description: `Has one of these phone numbers. ${several}` }),
    usernames: t.stringList({ description: `Has one of these usernames. ${several}` }),
    extIds: t.stringList({ description: `Has one of these external ids. ${several}` }),
    extProps1: t.stringList({ description: `Has one of these first external properties. ${several}` }),
    extProps2: t.stringList({ description: `Has one of these second external properties. ${several}` }),
  }),
});
