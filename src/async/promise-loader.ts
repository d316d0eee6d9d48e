import DataLoader from 'dataloader';

/**
 * Creates a loader that starts one read for each key of a batch. The upstream has no batch endpoints, so the reads of a batch
 * start side by side. The batch answers promises instead of values: DataLoader resolves each key with its own promise, so that
 * a slow or failed read does not delay the others.
 *
 * @param startAll starts the reads of a batch and returns their promises in the order of the keys
 */
export function createPromiseLoader<K, V, C = K>(
  startAll: (keys: readonly K[]) => readonly Promise<V>[],
  options: DataLoader.Options<K, V, C> = {},
): DataLoader<K, V, C> {
  // The type of DataLoader has no promises among the values, although it resolves each key with what is in its place.
  return new DataLoader<K, V, C>(async (keys) => startAll(keys) as unknown as readonly V[], options);
}
