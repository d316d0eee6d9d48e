import type { Scope } from '../model.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum.ts';

const descriptions: Record<Scope, string> = {
  organization_read: 'Read everything of the organization.',
  organization_write: 'Change everything of the organization.',
  customer_read: 'Read contacts.',
  customer_write: 'Change contacts.',
  events_read: 'Read events.',
  hotspots_read: 'Read access points.',
};

/** The reference to the enumeration `Scope`. */
export const ScopeRef = builder.enumType('Scope', {
  description: 'What a caller may do.',
  values: enumValues(descriptions),
});
