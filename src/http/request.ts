import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { GraphQLParams } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { isJsonInUtf8 } from '../plugins/json-body.ts';
import { maxBodyBytes } from '../plugins/limits.ts';

/** What an answer may be, as GraphQL over HTTP calls it. */
export type MediaType = 'application/json' | 'application/graphql-response+json';

/** What is in the body of a POST; all but the document as it came. */
export type RequestParams = GraphQLParams & { query: string };

/**
 * The media type of the answer to a request as nearly all are: a POST of JSON to the endpoint.
 *
 * @returns undefined for any other one
 */
export function responseMediaType({ method, url, headers }: IncomingMessage): MediaType | undefined {
  if (method !== 'POST' || url !== '/graphql' || !isJson(headers['content-type'])) return undefined;
  if (Number(headers['content-length'] ?? 0) > maxBodyBytes) return undefined;
  return chooseMediaType(headers.accept ?? '*/*');
}

/**
 * Reads a body.
 *
 * @returns what has come when it is whole, or as soon as it is too long; of a client that leaves before that, nothing is
 *   ever heard
 */
export function readRequestBody(request: IncomingMessage): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let length = 0;
  const end = () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
  request
    .on('data', (chunk: Buffer) => {
      if (length > maxBodyBytes) return;
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBodyBytes) end();
    })
    .once('end', end);
  return promise;
}

/** @returns undefined for what is no JSON object with a document: Yoga finds the words for it, and checks all the rest */
export function parseRequestParams(body: Buffer): RequestParams | undefined {
  if (body.length > maxBodyBytes || !isUtf8(body)) return undefined;
  const params = parseJson(body.toString('utf8'));
  return typeof params === 'object' && params !== null && 'query' in params && typeof params.query === 'string'
    ? (params as RequestParams)
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isJson(contentType: string | undefined): boolean {
  return contentType === 'application/json' || isJsonInUtf8(contentType ?? null);
}

/** Clients send the same few of these over and over. */
const chosen = new LRUCache<string, { mediaType: MediaType | undefined }>({ max: 100 });

function chooseMediaType(accept: string): MediaType | undefined {
  if (accept.length > 200) return undefined;
  let choice = chosen.get(accept);
  if (choice === undefined) {
    choice = { mediaType: parseAccept(accept) };
    chosen.set(accept, choice);
  }
  return choice.mediaType;
}

/** As Yoga chooses: the first that is named, whatever its weight. What asks for anything else is left to Yoga. */
function parseAccept(accept: string): MediaType | undefined {
  const named = accept
    .toLowerCase()
    .split(',')
    .map((part) => part.trim());
  if (
    !named.every((part) =>
      /^(?:application\/json|application\/graphql-response\+json|\*\/\*)(?:; ?q=[\d.]+)?$/.test(part),
    )
  ) {
    return undefined;
  }
  return named[0]?.startsWith('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
}

/** Request headers as pairs of name and value. */
export function toHeaderList(headers: IncomingMessage['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value.toString()]],
  );
}
