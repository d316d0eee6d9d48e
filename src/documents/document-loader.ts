import { ManifestError, readManifest } from './manifest.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** The maximum number of problems that are reported. */
const maxProblems = 20;

/**
 * Reads the manifests again and replaces the trusted documents, unless there is a problem with any of them.
 *
 * @returns what is wrong, in a sentence each, with paths, ids and names of operations only; then the documents are the same as before
 */
export type LoadDocuments = () => Promise<readonly string[]>;

/** Creates the function that loads the documents of all manifests. A load begins when the one before it has ended. */
export function createDocumentLoader(files: readonly string[], trusted: TrustedDocuments): LoadDocuments {
  async function load(): Promise<readonly string[]> {
    if (files.length === 0) return [];
    const manifests = await Promise.all(files.map(readProblemOrEntries));
    const problems = manifests.filter((manifest) => typeof manifest === 'string');
    const entries = manifests.flatMap((manifest) => (typeof manifest === 'string' ? [] : manifest));
    const found = problems.length > 0 ? problems : await trusted.replace(entries);
    return found.slice(0, maxProblems).map((problem) => `DOCUMENTS_FILE: ${problem}`);
  }

  let latest: Promise<readonly string[]> = Promise.resolve([]);
  return () => {
    latest = latest.then(load);
    return latest;
  };
}

async function readProblemOrEntries(file: string) {
  try {
    return await readManifest(file);
  } catch (error) {
    if (error instanceof ManifestError) return `${file}: ${error.message}`;
    throw error;
  }
}
