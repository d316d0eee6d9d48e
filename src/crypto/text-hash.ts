/**
 * FNV-1a over the UTF-16 code units of a text, 32 bits. It is fast and not cryptographic: compare the texts as well.
 *
 * @param end the number of code units to hash, by default all
 */
export function fnv1aHash(text: string, end = text.length): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < end; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
