import { UpstreamBadResponse } from '../../errors.ts';
import { type FieldDecoder, flag, id, optional, text, undecodable } from '../decode/fields.ts';
import type { ResponseReader } from '../decode/response.ts';
import type { Upstream } from '../operation/upstream.ts';
import { existenceField, existsParam } from '../wire/index.ts';

/** A key by which a contact is looked up, and its value. */
export type ExistenceKey = { readonly name: keyof typeof existsParam; readonly value: string };

/** Whether at least one contact matches; of one that does, its ids where they are known. */
export type ContactExistence = {
  readonly exists: boolean;
  readonly cid: string | null;
  readonly extId: string | null;
};

/** The existence of a contact that does not exist. */
export const noContact: ContactExistence = Object.freeze({ exists: false, cid: null, extId: null });

/**
 * Endpoint 14: reads whether a contact with this key exists.
 *
 * @throws {NotFound} for no such contact, and its subclass {AddressNotFound} where the upstream does not have this call;
 *   {UpstreamBadResponse} where the response decides neither
 */
export function readExistence(upstream: Upstream, { name, value }: ExistenceKey): Promise<ContactExistence> {
  return upstream.exists(new URLSearchParams({ [existsParam[name]]: value }), toExistence);
}

/** Reads the response of endpoint 14. An id that is readable shows that the contact exists where `present` is absent. */
function toExistence(answer: ResponseReader): ContactExistence {
  const { optional: read } = answer;
  const present = answer.required(existenceField.present, optionalFlag);
  const cid = read(existenceField.id, optional(id)) ?? null;
  if (present === false) return noContact;
  if (present === null && cid === null) {
    throw new UpstreamBadResponse('The upstream answered neither that the contact exists nor that it does not.');
  }
  return { exists: true, cid, extId: read(existenceField.extId, text) ?? null };
}

/** Decodes a boolean; null where it is absent. */
const optionalFlag: typeof flag = (value, ...holder) => flag(value ?? null, ...holder);

/**
 * Reads the contact that a response of endpoint 16 names: only `present: true` with a readable id is one.
 *
 * @returns the cid; undefined where the response says that there is none
 * @throws {UpstreamBadResponse} for any other response
 */
export function readPresentContact({ required }: ResponseReader): string | undefined {
  return required(existenceField.present, yesOrNo) ? required(existenceField.id, id) : undefined;
}

const yesOrNo: FieldDecoder<boolean> = (value) => (typeof value === 'boolean' ? value : undecodable);
