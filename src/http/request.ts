import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { GraphQLParams } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { parseDecimal } from '../http-message/decimal.ts';
import { isJsonInUtf8 } from '../plugins/json-body.ts';
import { maxBodyBytes } from '../plugins/limits.ts';

/** The media types of responses, by the specification GraphQL over HTTP. */
export type MediaType = 'application/json' | 'application/graphql-response+json';

/** The parameters of a POST request; all but the document are not validated yet. */
export type RequestParams = GraphQLParams & { query: string };

/**
 * Chooses the media type of the response to a JSON POST request to the endpoint.
 *
 * @returns undefined for any other request, which is left to Yoga
 */
export function responseMediaType({ method, url, headers }: IncomingMessage): MediaType | undefined {
  if (method !== 'POST' || url !== '/graphql' || !isJson(headers['content-type'])) return undefined;
  if ((parseDecimal(headers['content-length']) ?? 0) > maxBodyBytes) return undefined;
  return chooseMediaType(headers.accept ?? '*/*');
}

/**
 * Reads the body of a request.
 *
 * @returns the complete body, or its beginning as soon as it is too long; the promise stays pending when the client leaves
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

/**
 * Parses the body of a request.
 *
 * @returns undefined unless it is a JSON object with a document; Yoga then answers with the error
 */
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

/** The media types for the `Accept` headers that clients send most. */
const mediaTypes = new LRUCache<string, { mediaType: MediaType | undefined }>({ max: 100 });

function chooseMediaType(accept: string): MediaType | undefined {
  if (accept.length > 200) return undefined;
  let choice = mediaTypes.get(accept);
  if (choice === undefined) {
    choice = { mediaType: parseAccept(accept) };
    mediaTypes.set(accept, choice);
  }
  return choice.mediaType;
}

/** Chooses like Yoga: the first media type of the list, whatever its weight. Other media types are left to Yoga. */
function parseAccept(accept: string): MediaType | undefined {
  const ranges = accept
    .toLowerCase()
    .split(',')
    .map((range) => range.trim());
  if (
    !ranges.every((range) =>
      /^(?:application\/json|application\/graphql-response\+json|\*\/\*)(?:; ?q=[\d.]+)?$/.test(range),
    )
  ) {
    return undefined;
  }
  return ranges[0]?.startsWith('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json';
}

/** Request headers as pairs of name and value. */
export function toHeaderList(headers: IncomingMessage['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value.toString()]],
  );
}
