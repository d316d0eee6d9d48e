import { BadUserInput, type InputReason } from '../../errors.ts';

/**
 * The formats of input values: what a person is told about an invalid one, and an example. Names are those of the scalars,
 * or say what the text is.
 */
const formats = {
  DateTime: {
    message:
      'Enter a date and time with its offset from UTC, like 2022-07-21T18:41:09Z. A bound of a range may be a day, like 2022-07-21.',
    example: '2022-07-21T18:41:09Z',
  },
  LocalDateTime: { message: 'Enter a date and time, like 2022-07-21T11:41:09.', example: '2022-07-21T11:41:09' },
  Date: { message: 'Enter a date as year, month and day, like 1990-12-31.', example: '1990-12-31' },
  EmailAddress: { message: 'Enter an e-mail address, like name@example.com.', example: 'name@example.com' },
  PhoneNumber: {
    message: 'Enter a phone number that starts with + and the country code, like +14155552671.',
    example: '+14155552671',
  },
  CountryCode: { message: 'Enter a country as its two letters in ISO 3166-1, like IT.', example: 'IT' },
  LanguageCode: { message: 'Enter a language as its two letters in ISO 639-1, like en.', example: 'en' },
  JSONObject: {
    message: 'Use a JSON object of at most 32 levels, with whole numbers beyond 2^53 as text.',
    example: '{}',
  },
  ByteCount: { message: 'Use a decimal number.', example: '1024' },
  Text: { message: 'Some characters are not allowed here: NUL and halves of surrogate pairs.', example: 'Ada' },
  Id: {
    message: 'An id is 1 to 128 letters, digits, "-" or "_", and no word of a path, like "tokens".',
    example: 'a-1_B',
  },
  GlobalId: {
    message: 'Use the "id" of a contact or an organization. For an upstream id use contact(by: {cid}).',
    example: 'Q29udGFjdDox',
  },
  ContactGlobalId: { message: 'This global id is not one of a contact.', example: 'Q29udGFjdDox' },
  Password: { message: 'A password is a text of 1 to 256 characters.', example: 'correct horse battery' },
  AppOs: { message: 'An operating system is 1 to 16 letters, like ios.', example: 'ios' },
  AppBundle: {
    message: 'The id of an app is 1 to 155 letters, digits, "-" or "_", in parts that dots join, like com.example.app.',
    example: 'com.example.app',
  },
  Token: { message: 'A token is 1 to 128 letters, digits, "-" or "_".', example: 'a-1_B' },
  CustomPolicyKey: {
    message: 'The key of a custom policy is "customs." and 1 to 64 letters, digits, "_", "-" or ".".',
    example: 'customs.newsletter',
  },
  CustomPolicyName: {
    message: 'A custom policy is 1 to 64 letters, digits, "_", "-" or ".", without the prefix "customs.".',
    example: 'newsletter',
  },
} as const satisfies Record<string, { message: string; example: string }>;

/** A format of input values. */
export type Format = keyof typeof formats;

/** The error of a value that has another format than `format`. @param field the path to the value, unless a validator adds it */
export function wrongFormat(format: Format, field?: readonly string[]): BadUserInput {
  const { message, example } = formats[format];
  return new BadUserInput(message, { reason: 'FORMAT', params: { format, example }, ...(field && { field }) });
}

/** The error of a value that is absent, null or empty where one is needed. */
export function required(message: string): BadUserInput {
  return new BadUserInput(message, { reason: 'REQUIRED' });
}

/** The error of a valid value that is not allowed in its place. */
export function notAllowed(message: string): BadUserInput {
  return new BadUserInput(message, { reason: 'NOT_ALLOWED' });
}

/** The error of a value that stands in a list twice. */
export function duplicate(message: string): BadUserInput {
  return new BadUserInput(message, { reason: 'DUPLICATE' });
}

/** A smallest and a largest number or size, both included. */
export type Range = { readonly min: number; readonly max: number };

/** Returns the error of a number outside of a range; undefined for a number within it. */
export function checkNumber(value: number, range: Range): BadUserInput | undefined {
  const message = `Use a whole number from ${range.min} to ${range.max}.`;
  return checkRange(value, range, message, ['OUT_OF_RANGE', 'OUT_OF_RANGE']);
}

/** Returns the error of a text with too few or too many characters; undefined for any other. */
export function checkLength({ length }: string, range: Range): BadUserInput | undefined {
  return checkRange(length, range, `Use ${range.min} to ${range.max} characters.`, ['TOO_SHORT', 'TOO_LONG']);
}

/** Returns the error of a list with too few or too many items; undefined for any other. */
export function checkCount({ length }: readonly unknown[], range: Range): BadUserInput | undefined {
  return checkRange(length, range, `Use ${range.min} to ${range.max} entries.`, ['TOO_FEW', 'TOO_MANY']);
}

function checkRange(
  value: number,
  { min, max }: Range,
  message: string,
  [below, above]: readonly [InputReason, InputReason],
): BadUserInput | undefined {
  if (value >= min && value <= max) return undefined;
  return new BadUserInput(message, { reason: value < min ? below : above, params: { min, max } });
}
