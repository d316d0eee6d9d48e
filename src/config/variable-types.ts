import { z } from 'zod';

/** A whole number of at most 15 digits between two bounds, both included. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
}

/** Replaces the messages of a schema by one rule in words: `<VARIABLE> <rule>.` is the whole error. */
export function described<T extends z.ZodType>(schema: T, rule: string) {
  return z.string().transform((value, context): z.output<T> => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const isOddNumber = isNumeric(rule) && /\d/.test(value) && !/^\d{1,15}$/.test(value);
    context.addIssue({ code: 'custom', message: isOddNumber ? `${rule}, in digits only` : rule });
    return z.NEVER;
  });
}

/** Whether a rule is about a number, which people write with units, separators, signs and exponents. */
function isNumeric(rule: string): boolean {
  return /^is (?:0, or )?(?:a whole number|milliseconds|bytes) /.test(rule);
}

/** A number of bytes from 1 MiB to 1 TiB. */
export const storeBytes = described(
  wholeNumber(2 ** 20, 2 ** 40),
  'is bytes from 1048576 (1 MiB) to 1099511627776 (1 TiB)',
);

/** A switch, as text. */
export const trueOrFalse = described(z.enum(['true', 'false']), 'is true or false');

/** Whether a text is an https address without credentials or a fragment; http is allowed on loopback. */
export function isAddress(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.username !== '' || url.password !== '' || value.includes('#')) return false;
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback);
}

/** Splits a list at its commas, and removes spaces around its entries. */
export function parseList(value: string): readonly string[] {
  return value.split(',').map((entry) => entry.trim());
}
