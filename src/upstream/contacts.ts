import { z } from 'zod';
import { contactRow } from './contact.ts';
import { instant, integer, text } from './fields.ts';
import { row } from './row.ts';
import type { Upstream } from './upstream.ts';
import { envelopeField, listParam, path, payload, type SortKey } from './wire.ts';

/** What the list can be narrowed by (endpoint 1); every condition given must hold. Dates are instants. */
export type ContactQuery = {
  withEmail?: true | undefined;
  withEmailVerified?: true | undefined;
  withPhone?: true | undefined;
  withPhoneVerified?: true | undefined;
  mktgCommunications?: true | undefined;
  ageVerification?: true | undefined;
  signupMethod?: string | undefined;
  locations?: readonly string[] | undefined;
  segments?: readonly string[] | undefined;
  customOptins?: readonly string[] | undefined;
  createdStart?: Date | undefined;
  createdEnd?: Date | undefined;
  modifiedStart?: Date | undefined;
  modifiedEnd?: Date | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  username?: string | undefined;
  extId?: string | undefined;
  extProp1?: string | undefined;
  extProp2?: string | undefined;
  sort?: { key: SortKey; reverse: boolean } | undefined;
};

/** One page of a scroll. `sid` is where the next one is; `total` is how many rows match, where the upstream tells. */
export type ContactPage = z.output<typeof page>;

const page = row(
  { ...envelopeField, ...payload },
  { generated: instant, contacts: z.array(contactRow), sid: text, total: integer },
).transform(({ contacts, sid, total, generated }) => ({
  contacts,
  sid: sid ?? undefined,
  total: total ?? undefined,
  generated: generated ?? undefined,
}));

/** Endpoint 1: opens a scroll over the caller's organization. `size` is 1 to 10,000 and holds for the whole scroll. */
export function openScroll(upstream: Upstream, query: ContactQuery, size: number): Promise<ContactPage> {
  return upstream.get(path.contacts(upstream.organizationId), page, toParams(query, size));
}

/**
 * Endpoint 1: the next page of a scroll. It consumes: the same `sid` does not answer twice.
 *
 * The filter and order are sent again; the documentation does not say whether a `sid` alone carries them.
 */
export function continueScroll(
  upstream: Upstream,
  query: ContactQuery,
  size: number,
  sid: string,
): Promise<ContactPage> {
  const params = toParams(query, size);
  params.set(listParam.sid, sid);
  return upstream.get(path.contacts(upstream.organizationId), page, params);
}

function toParams({ sort, customOptins = [], ...conditions }: ContactQuery, size: number): URLSearchParams {
  const params = new URLSearchParams({ [listParam.size]: String(size) });
  for (const [name, value] of Object.entries(conditions)) {
    if (value !== undefined) params.set(listParam[name as keyof typeof conditions], toText(value)); // its own keys
  }
  for (const policy of customOptins) params.set(listParam.customOptin(policy), 'true');
  if (sort !== undefined) {
    params.set(listParam.sortBy, sort.key);
    if (sort.reverse) params.set(listParam.sortReverse, 'true');
  }
  return params;
}

/** Dates go in the one format that the documentation shows, without fractions of a second. */
function toText(value: true | string | readonly string[] | Date): string {
  return value instanceof Date ? value.toISOString().replace(/\.\d{3}Z$/, 'Z') : String(value);
}
