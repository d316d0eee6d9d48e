import { createGraphQLError, type GraphQLParams } from 'graphql-yoga';
import { JsonTooLarge } from '../http-message/json-limits.ts';
import { parseUnambiguousJson } from '../http-message/json-text.ts';
import { jsonTooLarge } from './json-body.ts';
import type { Plugin } from './plugin.ts';
import { idNames } from './stored-document.ts';

/** The parameters of a GET request; others are ignored. */
type Name = 'query' | 'operationName' | 'variables' | 'extensions' | (typeof idNames)[number];
const names: ReadonlySet<string> = new Set<Name>(['query', 'operationName', 'variables', 'extensions', ...idNames]);

/**
 * Reads the parameters of a GET request. Yoga's own parser would replace invalid UTF-8 by U+FFFD, and take the first of two
 * values.
 */
export function useQueryString(): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(parseQueryString);
    },
  };
}

function parseQueryString({ url }: Request): GraphQLParams {
  const { query, operationName, variables, extensions, ...ids } = readParameters(/\?([^#]*)/.exec(url)?.[1] ?? '');
  return {
    ...(query ? { query } : ids),
    ...(operationName && { operationName }),
    ...(variables && { variables: parseJson(variables) }),
    ...(extensions && { extensions: parseJson(extensions) }),
  };
}

function readParameters(queryString: string): Partial<Record<Name, string>> {
  const values = new Map<string, string>();
  for (const pair of queryString.split('&')) {
    const at = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const name = decode(pair.slice(0, at));
    if (!names.has(name)) continue;
    if (values.has(name)) throw badRequest('A parameter of a GET request occurs once.');
    values.set(name, decode(pair.slice(at + 1)));
  }
  return Object.fromEntries(values);
}

/** Decodes what a form or `encodeURIComponent` has encoded. */
function decode(text: string): string {
  try {
    // Bytes beyond ASCII are percent-encoded in a URL; Node would read them as Latin-1.
    if (/^[ -~]*$/.test(text)) return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // The same error as for bytes beyond ASCII.
  }
  throw badRequest('The parameters of a GET request are percent-encoded UTF-8.');
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return parseUnambiguousJson(text) as Record<string, unknown>; // Yoga refuses anything but an object
  } catch (error) {
    if (error instanceof JsonTooLarge) throw jsonTooLarge(error);
    throw badRequest('The variables and extensions of a GET request are JSON objects whose names are unique.');
  }
}

function badRequest(message: string) {
  return createGraphQLError(message, { extensions: { http: { status: 400 }, code: 'BAD_REQUEST' } });
}
