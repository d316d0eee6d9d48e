import type { LogOffset } from '../write-log/entries.ts';
import type { WriteLog } from '../write-log/write-log.ts';
import type { ScrollSessionStore } from './session-store.ts';

/**
 * The walks of a store that can be trusted: all changes since are known. New ones get a mark.
 *
 * @param mark from before anything was read
 */
export function createConsistentStore(
  store: ScrollSessionStore,
  changes: WriteLog,
  mark: LogOffset | undefined,
): ScrollSessionStore {
  let known: Promise<boolean> | undefined;
  return {
    async load(key) {
      known ??= changes.catchUp();
      // Side by side: they share one way to Valkey.
      const [walk, isKnown] = await Promise.all([store.load(key), known]);
      return isKnown && walk?.offset !== undefined && changes.covers(walk.offset) ? walk : undefined;
    },
    page: (key, from) => store.page(key, from),
    save: (key, walk, pages) => store.save(key, { ...walk, offset: walk.offset ?? mark }, pages),
    acquireLease: (key, walk) => store.acquireLease(key, walk),
    close: () => store.close(),
  };
}
