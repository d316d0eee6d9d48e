import type { DecodeReporter } from '../../src/upstream/decode/fields.ts';

/** Creates a reporter that records the paths of the values that could not be decoded, and what they were. */
export function recordPaths(): DecodeReporter & { readonly paths: string[]; readonly kinds: string[] } {
  const paths: string[] = [];
  const kinds: string[] = [];
  return {
    paths,
    kinds,
    onUndecodable(path, kind) {
      paths.push(path);
      kinds.push(kind);
    },
  };
}
