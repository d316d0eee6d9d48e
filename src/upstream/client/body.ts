import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { UpstreamBadResponse } from '../../errors.ts';
import { parseCodings } from '../../http-message/codings.ts';
import type { ResponseHeaders } from './dispatch.ts';

const unzip = promisify(gunzip);

/** A response body, decompressed and parsed. `json` is undefined for the empty body of a write. */
export type ResponseBody = { readonly bytes: Buffer; readonly json: unknown };

/**
 * Reads a body whole, at most `maxBytes` long before and after decoding: undici's `maxResponseSize` counts wire
 * bytes only, so a gzip of 100 kB could become 100 MB.
 *
 * @throws {UpstreamBadResponse} when it is longer, or in an encoding that was not requested
 */
export async function readResponseBody(response: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  try {
    checkEncoding(response.headers);
  } catch (error) {
    response.body.on('error', () => undefined).destroy(); // a stream that nothing reads emits an error, which ends the process
    throw error;
  }
  return decodeBody(response.headers, await collect(response.body, maxBytes), maxBytes);
}

/** @throws {UpstreamBadResponse} for an encoding that was not requested */
export function checkEncoding({ 'content-encoding': encoding }: ResponseHeaders): void {
  const codings = parseCodings(encoding);
  if (codings.length > 1 || (codings.length === 1 && codings[0] !== 'gzip')) {
    throw new UpstreamBadResponse('The upstream answered in an encoding that was not asked for.');
  }
}

/** @throws {UpstreamBadResponse} when it is broken, or longer than `maxBytes` */
export async function decodeBody(headers: ResponseHeaders, bytes: Buffer, maxBytes: number): Promise<Buffer> {
  if (parseCodings(headers['content-encoding']).length === 0 || bytes.length === 0) return bytes;
  try {
    return unzipSmall(bytes, maxBytes) ?? (await unzip(bytes, { maxOutputLength: maxBytes }));
  } catch (cause) {
    throw new UpstreamBadResponse('The upstream answered with a compressed body that is broken or too large.', {
      cause,
    });
  }
}

/** Returns a body of an error decoded; undefined where it is broken or not small. */
export function decodeSmallBody(headers: ResponseHeaders, bytes: Buffer): Buffer | undefined {
  return parseCodings(headers['content-encoding']).length === 0 ? bytes : unzipSmall(bytes, small.decoded);
}

/** In bytes; decompressing this much takes a tenth of a millisecond. */
const small = { encoded: 16 * 1024, decoded: 128 * 1024 };

/** Decompresses a small body synchronously: passing it to a thread takes three times as long as the work. */
function unzipSmall(bytes: Buffer, maxBytes: number): Buffer | undefined {
  if (bytes.length > small.encoded) return undefined;
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.min(small.decoded, maxBytes) });
  } catch {
    return undefined; // broken or not small: the asynchronous path decides
  }
}

async function collect(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop by an error destroys the stream and with it the socket.
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new UpstreamBadResponse('The upstream answered with more than the gateway accepts.');
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
}
