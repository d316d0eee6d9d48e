import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { invalid, Refusal } from './api-error.ts';

const maxBytes = 1_000_000;

/** Reads a request's body within bounds. @throws {Refusal} 413 beyond them */
export async function readBody(request: IncomingMessage): Promise<string> {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers;
  if (length === '0' && encoding === undefined) return '';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    // Not read to its end: the connection is closed after the answer.
    if (bytes > maxBytes) throw new Refusal(413, 'The body is too large', { connection: 'close' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The body is not valid JSON');
  }
}

/** Checks a body. @throws {Refusal} 409 that names the first field in question */
export function parseBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(`${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'invalid'}`);
}
