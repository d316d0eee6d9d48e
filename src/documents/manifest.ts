import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { decodeUtf8, parseUnambiguousJson } from '../http-message/json-text.ts';

/** A document of a manifest. `name` is that of its operation, if the manifest tells it. */
export type ManifestEntry = { readonly id: string; readonly name?: string | undefined; readonly text: string };

/** A manifest that cannot be used. The message contains no text of a document. */
export class ManifestError extends Error {}

const id = z.string().min(1).max(256);
const text = z.string().min(1);

/** What Apollo's `generate-persisted-query-manifest` and Apollo Kotlin write; its version decides about all other names. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id, body: text, name: z.string().nullish() })),
});

/** What the client preset of GraphQL Code Generator and relay-compiler write: the text of each document by its id. */
const textsById = z.record(id, text);

/**
 * Reads a manifest of trusted documents in one of the formats above.
 *
 * @throws {ManifestError} for a file that cannot be read, for one in another format, and for one without documents, which
 *   would make a gateway refuse everything because of a build that went wrong
 */
export async function readManifest(path: string): Promise<readonly ManifestEntry[]> {
  const entries = await readEntries(path);
  if (entries.length === 0) throw new ManifestError('it contains no document.');
  return entries;
}

async function readEntries(path: string): Promise<readonly ManifestEntry[]> {
  const content = await readJson(path);
  const isApollo = typeof content === 'object' && content !== null && 'operations' in content;
  if (!isApollo) {
    const result = textsById.safeParse(content);
    if (result.success) return Object.entries(result.data).map(([id, text]) => ({ id, text }));
    throw new ManifestError(
      'a manifest is an object with the texts of documents by their ids, or a manifest of Apollo.',
    );
  }
  const result = apolloManifest.safeParse(content);
  if (result.success)
    return result.data.operations.map(({ id, name, body }) => ({ id, name: name ?? undefined, text: body }));
  const [place] = result.error.issues.map(({ path }) => path.join('.'));
  throw new ManifestError(
    `a manifest of Apollo has the version 1, and operations with id, name and body: see ${place}.`,
  );
}

async function readJson(path: string): Promise<unknown> {
  try {
    return parseUnambiguousJson(decodeUtf8(await readFile(path)) ?? '');
  } catch {
    throw new ManifestError('it cannot be read as JSON in UTF-8 whose names are unique.');
  }
}
