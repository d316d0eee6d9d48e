/** The size of a block in bytes, into which texts are written one after another. */
const blockBytes = 256 * 1024;
/** A longer text gets a buffer of its own: an unsent response keeps the whole block in memory. */
const maxCharacters = 16 * 1024;
/** Bytes that one UTF-16 code unit takes in UTF-8. */
const maxBytesOfCharacter = 3;

let block = Buffer.alloc(0);
let used = 0;

/**
 * Encodes a text as UTF-8. `Buffer.from` measures the text first and allocates memory outside of the heap for it, which
 * takes longer than to write the text.
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
