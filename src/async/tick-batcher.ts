/**
 * Creates a function that collects items, and processes them after all input of the same tick of the event loop was read.
 * The same step for many items in a row keeps its code and data in the processor's caches; each item from its first step
 * to its last would replace them with those of other steps.
 *
 * @param maxPerTick items that are processed in one tick, so that other events do not wait long
 */
export function createTickBatcher<T>(maxPerTick: number, process: (item: T) => void): (item: T) => void {
  const waiting: T[] = [];

  function processBatch(): void {
    const batch = waiting.splice(0, maxPerTick);
    if (waiting.length > 0) setImmediate(processBatch);
    for (const item of batch) process(item);
  }

  return (item) => {
    // One immediate for all items of a tick: Node links immediates, so each would keep the others' operations in memory.
    if (waiting.push(item) === 1) setImmediate(processBatch);
  };
}
