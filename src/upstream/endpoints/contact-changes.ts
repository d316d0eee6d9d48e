import { instant } from '../decode/fields.ts';
import type { ResponseReader } from '../decode/response.ts';
import {
  type civilStatuses,
  createBlock,
  type doubleOptins,
  envelopeField,
  type genders,
  sdkUpdateField,
  updateField,
} from '../wire/index.ts';

/** The fields that both a creation and an update take. A field that is absent stays as it is. */
export type ContactChanges = {
  firstName?: string | undefined;
  lastName?: string | undefined;
  /** E.164 */
  phone?: string | undefined;
  phoneVerified?: boolean | undefined;
  email?: string | undefined;
  emailVerified?: boolean | undefined;
  /** Null removes the value; this is so for the other enumerations, too. */
  gender?: (typeof genders)[number] | null | undefined;
  /** `YYYY-MM-DD` */
  birthDate?: string | undefined;
  language?: string | undefined;
  country?: string | undefined;
  zipCode?: string | undefined;
  companyName?: string | undefined;
  civilStatus?: (typeof civilStatuses)[number] | null | undefined;
  doubleOptin?: (typeof doubleOptins)[number] | null | undefined;
  custom?: Readonly<Record<string, unknown>> | undefined;
  extId?: string | undefined;
  extProp1?: string | undefined;
  extProp2?: string | undefined;
};

/** The texts of an object within a body. An absent text is not sent. */
export type Block<B> = { readonly [K in keyof B]?: string | undefined };

/** The objects within a contact that both a creation and an update take. */
export type ContactBlocks = {
  document?: Block<typeof createBlock.document> | undefined;
  processingData?: { profiling?: boolean | undefined; processingPersonalData?: boolean | undefined } | undefined;
};

/** The fields of an update. */
export type ContactUpdate = ContactChanges & ContactBlocks;

/** Returns the objects as fields of a request body. */
export function toWireBlocks({ document, processingData }: ContactBlocks): Record<string, unknown> {
  return toWireNames(sdkUpdateField, {
    document: document && toWireNames(createBlock.document, document),
    processingData: processingData && toWireNames(createBlock.processingData, processingData),
  });
}

/** Returns the changes as a request body. */
export function toWireChanges({ phone, ...changes }: ContactChanges): Record<string, unknown> {
  return toWireNames(updateField, { ...changes, phoneNumber: phone });
}

/** Returns an object with the wire's names. Absent values are left out. */
export function toWireNames<K extends string>(
  names: Readonly<Record<K, string>>,
  values: { readonly [N in K]?: unknown },
): Record<string, unknown> {
  const entries = Object.entries<unknown>(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [names[name as K], value])); // `values` has these keys only
}

/** The result of a write. */
export type WriteResult = {
  /** The time of the write by the clock of the upstream, if the response contains it. */
  readonly at: string | undefined;
};

/** Reads the result of a write: [doc] every response has the time at which it was generated. */
export function readWriteResult({ optional }: ResponseReader): WriteResult {
  return { at: optional(envelopeField.generated, instant) };
}
