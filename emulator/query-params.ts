import { invalid } from './api-error.ts';

/** Query parameters, each at most once. */
export type Params = ReadonlyMap<string, string>;

/** Parses a query string as strictly as the upstream may: what is repeated or not decodable is refused. */
export function parseQuery(search: string): Params {
  const params = new Map<string, string>();
  for (const pair of search.split('&')) {
    if (pair === '') continue;
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const decoded = decode(name);
    if (params.has(decoded)) throw invalid(`The parameter "${decoded}" is given twice`);
    params.set(decoded, decode(value));
  }
  return params;
}

/** Refuses parameters that a call does not know: a misspelled filter must not return everything. */
export function onlyKnown(params: Params, isKnown: (name: string) => boolean): void {
  for (const name of params.keys()) if (!isKnown(name)) throw invalid(`Unknown parameter "${name}"`);
}

/** A plus sign in a query is a space: a phone number whose `+` was not escaped is not found. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalid('Malformed percent-encoding');
  }
}
