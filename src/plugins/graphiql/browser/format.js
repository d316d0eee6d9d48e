/** The numbers and their units are joined by spaces at which no line ends. */

/** @param {number} ms */
export function formatMs(ms) {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)}\u00a0s`;
  return `${ms >= 100 ? Math.round(ms) : Math.round(ms * 10) / 10}\u00a0ms`;
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  if (bytes < 1_000) return `${bytes}\u00a0B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)}\u00a0kB` : `${(bytes / 1_000_000).toFixed(1)}\u00a0MB`;
}

/**
 * @param {number} count
 * @param {string} one the singular
 * @param {string} many the plural
 */
export function formatCount(count, one, many) {
  return `${count}\u00a0${count === 1 ? one : many}`;
}
