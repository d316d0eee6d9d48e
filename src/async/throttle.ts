/**
 * Limits how often a function is called: further calls within `ms` are left out.
 *
 * @param ms on the monotonic clock
 */
export function throttle(ms: number, call: () => void): () => void {
  let nextAt = 0;
  return () => {
    const now = performance.now();
    if (now < nextAt) return;
    nextAt = now + ms;
    call();
  };
}
