import type { Reporter } from '../../src/upstream/fields.ts';

/** A reporter that remembers the paths it was told. */
export function takeNotes(): Reporter & { readonly paths: string[] } {
  const paths: string[] = [];
  return { paths, undecodable: (path) => void paths.push(path) };
}
