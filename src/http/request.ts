import type { IncomingMessage } from 'node:http';
import type { GraphQLParams } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { chooseResponseType, type ResponseType as MediaType } from '../http-message/accept.ts';
import { isPlainBody } from '../http-message/codings.ts';
import { parseDecimal } from '../http-message/decimal.ts';
import { chooseDelivery } from '../http-message/incremental.ts';
import { isJsonInUtf8 } from '../http-message/media-type.ts';
import { parseJsonBody } from '../plugins/json-body.ts';
import { maxBodyBytes } from '../plugins/limits.ts';
import { findReference } from '../plugins/stored-document.ts';

export type { MediaType };

/** The parameters of a POST request; all but the document are not validated yet. */
export type RequestParams = GraphQLParams & { query: string };

/** What a client accepts as the response to its operation. */
export type Accepted = {
  /** The media type of a whole answer. */
  readonly mediaType: MediaType;
  /** Whether it accepts an answer in parts as well. */
  readonly parts: boolean;
};

/**
 * Finds what the client of a JSON POST request to the endpoint accepts.
 *
 * @returns undefined for any other request, which is left to Yoga
 */
export function findAccepted({ method, url, headers }: IncomingMessage): Accepted | undefined {
  if (method !== 'POST' || url !== '/graphql' || !isJsonInUtf8(headers['content-type'])) return undefined;
  if (!isPlainBody(headers['content-encoding'], headers['transfer-encoding'])) return undefined;
  if ((parseDecimal(headers['content-length']) ?? 0) > maxBodyBytes) return undefined;
  return parseAccept(headers.accept ?? '*/*');
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
 * @returns undefined unless it is a JSON object with a document, or with the id of one; Yoga then answers with the error.
 *   The document of an id is empty
 */
export function parseRequestParams(body: Buffer): RequestParams | undefined {
  if (body.length > maxBodyBytes) return undefined;
  const params = parseJson(body);
  if (typeof params !== 'object' || params === null) return undefined;
  if ('query' in params && typeof params.query === 'string') return params as RequestParams;
  return findReference(params) && { ...params, query: '' };
}

function parseJson(body: Buffer): unknown {
  try {
    return parseJsonBody(body);
  } catch {
    return undefined;
  }
}

/** The choices for the `Accept` headers that clients send most. */
const choices = new LRUCache<string, { accepted: Accepted | undefined }>({ max: 100 });

function parseAccept(accept: string): Accepted | undefined {
  if (accept.length > 200) return undefined; // left to Yoga, so that the cache stays small
  let choice = choices.get(accept);
  if (choice === undefined) {
    const mediaType = chooseResponseType(accept);
    const parts = chooseDelivery(accept) !== undefined;
    choice = { accepted: mediaType && { mediaType, parts } };
    choices.set(accept, choice);
  }
  return choice.accepted;
}

/** Whether a document may have `@defer` or `@stream`. That of an unknown id is empty, and may have them. */
export function mayUseParts(document: string): boolean {
  return document === '' || document.includes('defer') || document.includes('stream');
}

/** Request headers as pairs of name and value. */
export function toHeaderList(headers: IncomingMessage['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value.toString()]],
  );
}
