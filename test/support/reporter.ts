import type { DecodeReporter } from '../../src/upstream/decode/fields.ts';

/** A reporter that remembers the paths it was told. */
export function takeNotes(): DecodeReporter & { readonly paths: string[] } {
  const paths: string[] = [];
  return { paths, onUndecodable: (path) => void paths.push(path) };
}
