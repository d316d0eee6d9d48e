import type { SortKey } from '../model.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum.ts';

const descriptions: Record<SortKey, string> = {
  firstName: 'Given name.',
  lastName: 'Family name.',
  gender: 'Gender.',
  birthDate: 'Date of birth.',
  country: 'Country of residence.',
  created: 'When the contact was created.',
  privacy: 'Whether the privacy policy is accepted.',
  termsOfUse: 'Whether the terms of use are accepted.',
  mktgCommunications: 'Whether marketing communications are accepted.',
  ageVerification: 'Whether the minimum age is confirmed.',
  phone: 'Phone number.',
  phoneVerified: 'Whether the phone number is confirmed.',
  email: 'E-mail address.',
  emailVerified: 'Whether the e-mail address is confirmed.',
  provider: 'The identity provider.',
  username: 'Username.',
  locked: 'Whether the contact is kept from logging in.',
  locations: 'Locations of registration.',
  system: 'The system that the contact came from.',
  enabled: 'Whether the account is enabled.',
  type: 'The kind of account.',
  modified_absolute: 'When the contact was last changed, as an absolute time.',
  created_absolute: 'When the contact was created, as an absolute time.',
  totalVisits: 'Number of visits.',
  visitedLocations: 'Number of locations visited.',
};

const ContactOrderField = builder.enumType('ContactOrderField', {
  description: 'What contacts can be ordered by.',
  values: enumValues(descriptions),
});

/** The direction of an order. */
export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end of an order comes first.',
  values: enumValues({ asc: 'Smallest first.', desc: 'Largest first.' }),
});

export const ContactOrder = builder.inputType('ContactOrder', {
  description: 'An order of contacts.',
  fields: (t) => ({
    field: t.field({ type: ContactOrderField, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: OrderDirection,
      required: true,
      defaultValue: 'asc',
      description: 'Smallest or largest first.',
    }),
  }),
});
