import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** The content codings of answers, the preferred one first. */
export const codings = ['br', 'gzip'] as const;
type Coding = (typeof codings)[number];

/**
 * Starts to compress a body, beside the event loop, once for all requests that share the body.
 *
 * @returns undefined when as many bodies as permitted are being compressed; the promise has undefined for a body that does not
 *   get smaller
 */
export type Compress = (body: Buffer, coding: Coding) => Promise<Buffer | undefined> | undefined;

/** The most bodies that are compressed at once: Node's thread pool has four threads, which also resolve host names. */
const maxPending = 3;
/** The most bytes of these bodies together. */
const maxPendingBytes = 16 * 2 ** 20;

const outputBytes = 64 * 1024;

const compressors = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, {
      chunkSize: outputBytes,
      // As fast as gzip, and smaller; with the default, 11, an answer of 240 kB would take half a second.
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    }),
  gzip: (body: Buffer) => promisify(gzip)(body, { chunkSize: outputBytes }),
};

/** Creates the compression of one gateway. An answer that would have to wait for it is sent uncompressed instead. */
export function createCompression(): Compress {
  let [pending, pendingBytes] = [0, 0];
  const started = new WeakMap<Buffer, Map<Coding, Promise<Buffer | undefined>>>();

  async function run(body: Buffer, coding: Coding): Promise<Buffer | undefined> {
    pending += 1;
    pendingBytes += body.length;
    try {
      const compressed = await compressors[coding](body);
      return compressed.length < body.length ? compressed : undefined;
    } catch {
      return undefined; // no memory for a compressor; the body itself can be sent
    } finally {
      pending -= 1;
      pendingBytes -= body.length;
    }
  }

  return (body, coding) => {
    const forms = started.get(body) ?? new Map<Coding, Promise<Buffer | undefined>>();
    const shared = forms.get(coding);
    if (shared !== undefined) return shared;
    if (pending === maxPending || pendingBytes + body.length > maxPendingBytes) return undefined;
    const compressed = run(body, coding);
    started.set(body, forms.set(coding, compressed));
    return compressed;
  };
}
