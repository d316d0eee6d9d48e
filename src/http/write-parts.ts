import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { chooseCoding } from '../http-message/accept.ts';
import { codings } from './compression.ts';

/**
 * Writes an answer that arrives in parts. Each part is sent when it arrives; the next one is read when the client has taken it.
 * When the client leaves, the body is cancelled, which ends the operation.
 *
 * @param mayCompress whether the answer holds no secret
 */
export type WriteParts = (response: ServerResponse, answer: Response, mayCompress: boolean) => Promise<void>;

/** The most answers that are compressed part by part at once. A compressor takes up to half a megabyte until its answer ends. */
const maxCompressors = 20;

/**
 * Headers that describe a connection, or the transfer on it; Yoga sets them for streams. The content coding that it sets, `none`,
 * does not exist.
 */
const ofTransfer: ReadonlySet<string> = new Set([
  'connection',
  'transfer-encoding',
  'content-length',
  'content-encoding',
]);

/** Compressors that write what they have after each part. */
const compressors = {
  br: () =>
    createBrotliCompress({
      flush: constants.BROTLI_OPERATION_FLUSH,
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 16 },
    }),
  gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
};

/**
 * Creates the function that writes answers in parts, on both paths. They are compressed whatever their length is, because it is
 * not known when they begin.
 *
 * @param compresses whether answers are compressed at all
 */
export function createPartWriter(compresses: boolean): WriteParts {
  let compressing = 0;
  return async (response, answer, mayCompress) => {
    const varies = mayCompress && compresses;
    const accepted = chooseCoding(response.req.headers['accept-encoding']?.toString(), codings);
    const coding = varies && compressing < maxCompressors ? accepted : 'identity';
    const headers = [...answer.headers].filter(([name]) => !ofTransfer.has(name.toLowerCase()));
    if (varies) headers.push(['vary', 'accept-encoding']);
    if (coding !== 'identity') headers.push(['content-encoding', coding]);
    response.writeHead(answer.status, headers.flat());
    const body = answer.body ?? [];
    if (coding !== 'identity') compressing += 1;
    try {
      if (coding === 'identity') await pipeline(body, response);
      else await pipeline(body, compressors[coding](), response);
    } catch (error) {
      if (!response.destroyed) throw error; // else the client left
    } finally {
      if (coding !== 'identity') compressing -= 1;
    }
  };
}
