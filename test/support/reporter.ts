import type { DecodeReporter } from '../../src/upstream/decode/fields.ts';

/** Creates a reporter that records the paths of the values that could not be decoded. */
export function recordPaths(): DecodeReporter & { readonly paths: string[] } {
  const paths: string[] = [];
  return { paths, onUndecodable: (path) => void paths.push(path) };
}
