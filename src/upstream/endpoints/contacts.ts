import type { ResponseBody } from '../client/body.ts';
import { stringifyExactJson } from '../decode/exact-json.ts';
import { type DecodeReporter, instant, integer, text } from '../decode/fields.ts';
import { parseJson } from '../decode/json.ts';
import { createResponseReader, type ResponseReader } from '../decode/response.ts';
import { listOf, toWireObject } from '../decode/row.ts';
import type { Upstream } from '../operation/upstream.ts';
import { envelopeField, listParam, payload, type SortKey } from '../wire/index.ts';
import { type Contact, contactRow } from './contact.ts';

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

/** One page of a scroll. */
export type ContactPage = {
  readonly contacts: readonly Contact[];
  /** Where the next page is. */
  readonly sid: string | undefined;
  /** How many rows match, where the upstream tells. */
  readonly total: number | undefined;
  /** When the upstream answered. */
  readonly generated: string | undefined;
  /** As it came: `readContacts` reads its rows again. */
  readonly body: ResponseBody;
};

/** Endpoint 1: opens a scroll over the caller's organization. `size` is 1 to 10,000 and holds for the whole scroll. */
export async function openScroll(upstream: Upstream, query: ContactQuery, size: number): Promise<ContactPage> {
  return await upstream.list({ kind: 'read', query: toParams(query, size), rows: size }, toPage);
}

/** Endpoint 1: the first rows, at most `size`, that nobody reads on from. */
export async function searchContacts(upstream: Upstream, query: ContactQuery, size: number): Promise<ContactPage> {
  return await upstream.search({ kind: 'read', query: toParams(query, size), rows: size }, toPage);
}

/**
 * Endpoint 1: the next page of a scroll. It consumes: the same `sid` does not answer twice.
 *
 * The filter and order are sent again; the documentation does not say whether a `sid` alone carries them.
 */
export async function continueScroll(
  upstream: Upstream,
  query: ContactQuery,
  size: number,
  sid: string,
): Promise<ContactPage> {
  const params = toParams(query, size);
  params.set(listParam.sid, sid);
  return await upstream.list({ kind: 'scroll', query: params, rows: size }, toPage);
}

/**
 * Reads the rows of a page from its body, as it came or as `writeContacts` made it, parsed or not.
 *
 * @throws {UpstreamBadResponse} for what is neither
 */
export function readContactRows(body: Buffer | ResponseBody, reporter?: DecodeReporter): readonly Contact[] {
  return rowsOf(createResponseReader(Buffer.isBuffer(body) ? parseJson(body) : body.json, reporter));
}

/** Some rows as the body of a page. */
export function serializeContactRows(contacts: readonly Contact[]): Buffer {
  return Buffer.from(stringifyExactJson({ [payload.contacts]: contacts.map(toWireObject) }));
}

function toPage(answer: ResponseReader, body: ResponseBody): ContactPage {
  return {
    contacts: rowsOf(answer),
    sid: answer.optional(payload.sid, text),
    total: answer.optional(payload.total, integer),
    generated: answer.optional(envelopeField.generated, instant),
    body,
  };
}

function rowsOf({ required }: ResponseReader): readonly Contact[] {
  return required(payload.contacts, listOf(contactRow));
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
