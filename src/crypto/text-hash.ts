/** FNV-1a over the UTF-16 code units of a text, 32 bits. It is fast and not cryptographic: compare the texts as well. */
export function fnv1aHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
