import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { ApiError, validationError } from './api-error.ts';

const maxBytes = 1_000_000;

/** Reads the body of a request as UTF-8 text. @throws {ApiError} 413 beyond one megabyte */
export async function readBody(request: IncomingMessage): Promise<string> {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length === '0' && encoding === undefined) return '';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    // The rest of the body stays unread, so the connection cannot be reused after the response.
    if (bytes > maxBytes) throw new ApiError(413, 'The body is too large', { connection: 'close' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Parses a request body. @throws {ApiError} 409 for text that is not JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw validationError('The body is not valid JSON');
  }
}

/** Validates a parsed body against a schema. @throws {ApiError} 409 that names the first invalid field */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw validationError(`${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'invalid'}`);
}
