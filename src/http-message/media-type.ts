/** A media type. All of it but the values of parameters is in lower case. */
export type ParsedMediaType = { readonly type: string; readonly parameters: ReadonlyMap<string, string> };

const token = "[!#$%&'*+.^_`|~\\w-]+";
const quotedString = '"(?:[^"\\\\]|\\\\.)*"';
const parameter = `(${token})=(${token}|${quotedString})`;
const wholeType = new RegExp(`^[ \\t]*(${token}/${token})[ \\t]*((?:;[ \\t]*(?:${parameter}[ \\t]*)?)*)$`);
const parameters = new RegExp(`;[ \\t]*(?:${parameter})?`, 'g');

/** In characters; the longest media types in use have a tenth of it. */
const maxLength = 1_000;

/**
 * Parses a media type by the grammar of HTTP (RFC 9110, 8.3.1): the case of names does not matter, values may be quoted, and
 * parameters may be empty.
 *
 * @returns undefined for what is no media type: also for a list of them, and for a parameter with two different values
 */
export function parseMediaType(text: string): ParsedMediaType | undefined {
  const [, type, rest = ''] = text.length > maxLength ? [] : (wholeType.exec(text) ?? []);
  if (type === undefined) return undefined;
  const values = new Map<string, string>();
  for (const [, name, raw] of rest.matchAll(parameters)) {
    if (name === undefined || raw === undefined) continue;
    const value = raw.startsWith('"') ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw;
    const previous = values.get(name.toLowerCase());
    if (previous !== undefined && previous.toLowerCase() !== value.toLowerCase()) return undefined;
    values.set(name.toLowerCase(), value);
  }
  return { type: type.toLowerCase(), parameters: values };
}

/** Names of UTF-8, and of US-ASCII, whose texts are UTF-8 as well. */
const utf8Names: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/** Whether a media type says that its text is UTF-8, or says nothing of its encoding. */
export function isUtf8Type({ parameters }: ParsedMediaType): boolean {
  return utf8Names.has((parameters.get('charset') ?? 'utf-8').toLowerCase());
}

/** Whether a `Content-Type` is `application/json`, in UTF-8. */
export function isJsonInUtf8(contentType: string | null | undefined): boolean {
  if (contentType === 'application/json') return true;
  const parsed = parseMediaType(contentType ?? '');
  return parsed !== undefined && parsed.type === 'application/json' && isUtf8Type(parsed);
}

/** Whether a `Content-Type` is one of the types of JSON texts, like `application/problem+json`, in UTF-8. */
export function isAnyJsonInUtf8(contentType: string | null | undefined): boolean {
  if (contentType === 'application/json') return true;
  const parsed = parseMediaType(contentType ?? '');
  return parsed !== undefined && /^(?:(?:application|text)\/json|.+\+json)$/.test(parsed.type) && isUtf8Type(parsed);
}
