/**
 * Does the same to many things, after all that came in the same turn of the event loop has been read: what runs many
 * times in a row finds its code and data in the caches of the processor, where one thing at a time, from its first step
 * to its last, would find those of another step. Not more than `most` in a turn, so that nothing else waits long.
 */
export function createTickBatcher<T>(most: number, act: (item: T) => void): (item: T) => void {
  const waiting: T[] = [];

  function actOnFew(): void {
    const few = waiting.splice(0, most);
    if (waiting.length > 0) setImmediate(actOnFew);
    for (const item of few) act(item);
  }

  return (item) => {
    // One for all of a turn: those that are made hang together, and would keep each other's operations.
    if (waiting.push(item) === 1) setImmediate(actOnFew);
  };
}
