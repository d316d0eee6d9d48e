/** Texts are written one behind the other into blocks of so many bytes, */
const blockBytes = 256 * 1024;
/** if they are at most so long: a client that is slow to take its answer holds a whole block. */
const maxCharacters = 16 * 1024;
/** Of one character in UTF-16. */
const maxBytesOfCharacter = 3;

let block = Buffer.alloc(0);
let used = 0;

/**
 * A text in UTF-8. `Buffer.from` measures it first and gives it memory of its own, outside of the heap, which takes longer
 * than to write it.
 */
export function encodeUtf8(text: string): Buffer {
  if (text.length > maxCharacters) return Buffer.from(text);
  if (used + text.length * maxBytesOfCharacter > block.length) {
    block = Buffer.allocUnsafeSlow(blockBytes);
    used = 0;
  }
  const from = used;
  used += block.write(text, from);
  return block.subarray(from, used);
}
