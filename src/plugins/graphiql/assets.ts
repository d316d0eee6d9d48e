import { extname } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { brotliDecompress } from 'node:zlib';

/** The files that the page loads; `module` is one that another module imports. */
export type AssetName =
  | 'script'
  | 'style'
  | 'editorWorker'
  | 'jsonWorker'
  | 'graphqlWorker'
  | 'accessibility'
  | 'explainPlugin'
  | 'module';
/** A content coding of HTTP. */
export type Encoding = 'br' | 'gzip' | 'identity';

/** One file of GraphiQL, as the page refers to it. */
export type AssetFile = { name: AssetName; file: string; type: string; hash: string };

/** A file with its content. Only the compressed forms are kept: it is decompressed for the few clients that need it so. */
export type Asset = AssetFile & {
  br: Uint8Array<ArrayBuffer>;
  gzip: Uint8Array<ArrayBuffer>;
};

const unpack = promisify(brotliDecompress);

/** GraphiQL's files. The page needs only their names, and is there before they are compressed. */
export type PackedAssets = {
  readonly files: Promise<readonly AssetFile[]>;
  readonly assets: Promise<readonly Asset[]>;
};

/**
 * Compresses GraphiQL's files in a worker thread: half a second of work would block the event loop, and the nine megabytes
 * of source that the import needs are freed when the thread ends.
 */
export function packAssets(): PackedAssets {
  // The package has JavaScript in the place of TypeScript.
  const worker = new Worker(new URL(`./pack${extname(import.meta.filename)}`, import.meta.url));
  const failed = new Promise<never>((_, reject) => worker.once('error', reject));
  const files = new Promise<readonly AssetFile[]>((resolve) => worker.once('message', resolve));
  const assets = files.then(() => new Promise<readonly Asset[]>((resolve) => worker.once('message', resolve)));
  const packed = { files: Promise.race([files, failed]), assets: Promise.race([assets, failed]) };
  packed.assets.catch(() => undefined); // Requests of the page and of its files report the failure.
  return packed;
}

/** Assets that are being decompressed: requests at the same time share the work and its five megabytes. */
const decompressions = new Map<Asset, Promise<Uint8Array<ArrayBuffer>>>();

/** Returns an asset's bytes in one encoding. */
export async function assetBody(asset: Asset, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  if (encoding !== 'identity') return asset[encoding];
  let decompression = decompressions.get(asset);
  if (decompression === undefined) {
    decompression = unpack(asset.br).finally(() => decompressions.delete(asset));
    decompressions.set(asset, decompression);
  }
  return decompression;
}
