/**
 * Reads `Content-Encoding` or `Transfer-Encoding`.
 *
 * @returns the codings in the order in which they were applied, in lower case; `identity` is none, and `x-gzip` is `gzip`
 */
export function parseCodings(header: string | readonly string[] | null | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((line) => line.toLowerCase().split(','))
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .map((coding) => (coding === 'x-gzip' ? 'gzip' : coding));
}

/** Whether the body of a request is as the client wrote it: in no content coding, and in no transfer coding but `chunked`. */
export function isPlainBody(
  contentEncoding: string | null | undefined,
  transferEncoding: string | null | undefined,
): boolean {
  if (contentEncoding == null && (transferEncoding == null || transferEncoding === 'chunked')) return true;
  return (
    parseCodings(contentEncoding).length === 0 && parseCodings(transferEncoding).every((coding) => coding === 'chunked')
  );
}
