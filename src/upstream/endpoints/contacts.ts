import type { ResponseBody } from '../client/body.ts';
import { count, type DecodeReporter, type FieldDecoder, instant, undecodable } from '../decode/fields.ts';
import { parseJson, stringifyExactJson } from '../decode/json.ts';
import { createResponseReader, type ResponseReader } from '../decode/response.ts';
import { toWireObject } from '../decode/row.ts';
import type { Upstream } from '../operation/upstream.ts';
import { cappedTotal, envelopeField, listParam, payload, type SortKey } from '../wire/index.ts';
import { type Contact, contactRows } from './contact.ts';
import { type ListPage, pageRows, scrollIdOrEnd } from './list-page.ts';

/** The filter and order of the list (endpoint 1). A contact must match all conditions that are present. */
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

/** The first rows of a list that is not continued. */
export type FoundContacts = {
  /** The rows that could be decoded. */
  readonly contacts: readonly Contact[];
};

/** One page of a scroll. */
export type ContactPage = ListPage<Contact>;

/** Endpoint 1: opens a scroll over the caller's organization. `size` is 1 to 10,000, and is the size of all its pages. */
export async function openScroll(upstream: Upstream, query: ContactQuery, size: number): Promise<ContactPage> {
  return await upstream.list({ kind: 'read', query: toParams(query, size), rows: size }, toPage);
}

/** Endpoint 1: reads the first `size` rows, without continuing the scroll. The read is cached and shared. */
export async function searchContacts(upstream: Upstream, query: ContactQuery, size: number): Promise<FoundContacts> {
  const page = { kind: 'read', query: toParams(query, size), rows: size } as const;
  return await upstream.search(page, (answer) => ({ contacts: rowsOf(answer) }));
}

/**
 * Endpoint 1: reads the next page of a scroll. The upstream answers each `sid` once.
 *
 * The filter and order are sent again, because the documentation does not say whether the `sid` implies them.
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
 * Reads the rows of a page from its body: one that was received, or the result of `serializeContactRows`.
 *
 * @throws {UpstreamBadResponse} if it is neither
 */
export function readContactRows(body: Buffer | ResponseBody, reporter?: DecodeReporter): readonly Contact[] {
  return rowsOf(createResponseReader(Buffer.isBuffer(body) ? parseJson(body) : body.json, reporter));
}

/** Returns rows as the body of a page. */
export function serializeContactRows(contacts: readonly Contact[]): Buffer {
  return Buffer.from(stringifyExactJson({ [payload.contacts]: contacts.map(toWireObject) }));
}

const contactPage = pageRows(contactRows);

/** @throws {UpstreamBadResponse} also for an unreadable `sid`, which must not look like the end of the scroll */
function toPage(answer: ResponseReader, body: ResponseBody): ContactPage {
  const { rows, returned } = answer.required(payload.contacts, contactPage);
  return {
    rows,
    firstId: rows[0]?.cid,
    returned,
    sid: answer.required(payload.sid, scrollIdOrEnd) ?? undefined,
    total: answer.optional(payload.total, totalOf(returned)),
    generated: answer.optional(envelopeField.generated, instant),
    body,
  };
}

/** Decodes the number of rows of a list, of which one page has `returned` rows. */
function totalOf(returned: number): FieldDecoder<number | null | undefined> {
  return (value, ...holder) => {
    const total = count(value, ...holder);
    if (typeof total !== 'number') return total;
    return total < returned || total === cappedTotal ? undecodable : total;
  };
}

function rowsOf({ required }: ResponseReader): readonly Contact[] {
  return required(payload.contacts, contactRows);
}

function toParams({ sort, customOptins = [], ...conditions }: ContactQuery, size: number): URLSearchParams {
  const params = new URLSearchParams({ [listParam.size]: String(size) });
  for (const [name, value] of Object.entries(conditions)) {
    if (value !== undefined) params.set(listParam[name as keyof typeof conditions], toText(value)); // `conditions` has these keys only
  }
  for (const policy of customOptins) params.set(listParam.customOptin(policy), 'true');
  if (sort !== undefined) {
    params.set(listParam.sortBy, sort.key);
    if (sort.reverse) params.set(listParam.sortReverse, 'true');
  }
  return params;
}

/** Dates are written in the format of the documentation, without fractions of a second. */
function toText(value: true | string | readonly string[] | Date): string {
  return value instanceof Date ? value.toISOString().replace(/\.\d{3}Z$/, 'Z') : String(value);
}
