import { validationError } from './api-error.ts';

/** The query parameters of a call, decoded. */
export type Params = ReadonlyMap<string, string>;

/** Parses a query string strictly. @throws {ApiError} 409 for a repeated parameter or malformed percent-encoding */
export function parseQuery(search: string): Params {
  const params = new Map<string, string>();
  for (const pair of search.split('&')) {
    if (pair === '') continue;
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const decoded = decode(name);
    if (params.has(decoded)) throw validationError(`The parameter "${decoded}" is repeated`);
    params.set(decoded, decode(value));
  }
  return params;
}

/**
 * Rejects unknown parameters, because a misspelled filter must not return all contacts.
 *
 * @throws {ApiError} 409 that names the first unknown parameter
 */
export function rejectUnknownParams(params: Params, isKnown: (name: string) => boolean): void {
  for (const name of params.keys()) if (!isKnown(name)) throw validationError(`Unknown parameter "${name}"`);
}

/** A plus sign in a query is a space, so a phone number whose `+` was not escaped is not found. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw validationError('Malformed percent-encoding');
  }
}
