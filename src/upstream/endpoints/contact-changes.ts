import { type civilStatuses, type doubleOptins, type genders, updateField } from '../wire/index.ts';

/** What creation and update take alike; absent stays as it is. */
export type ContactChanges = {
  firstName?: string | undefined;
  lastName?: string | undefined;
  /** E.164 */
  phone?: string | undefined;
  phoneVerified?: boolean | undefined;
  email?: string | undefined;
  emailVerified?: boolean | undefined;
  /** Null: nobody knows any more; so for the other enumerations. */
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

/** The wire's names of them, where they are not ours. */
export function toWireChanges({ phone, ...changes }: ContactChanges): Record<string, unknown> {
  return toWireNames(updateField, { ...changes, phoneNumber: phone });
}

/** An object under the wire's names. What is absent is not sent; JSON would leave it out, too. */
export function toWireNames<K extends string>(
  names: Readonly<Record<K, string>>,
  values: { readonly [N in K]?: unknown },
): Record<string, unknown> {
  const given = Object.entries<unknown>(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [names[name as K], value])); // its own keys
}
