import type { Changes } from './changes.ts';
import type { Mark } from './notes.ts';
import type { WalkStore } from './walk-store.ts';

/**
 * The walks of a store that can be trusted: all changes since are known. New ones get a mark.
 *
 * @param mark from before anything was read
 */
export function markedWalks(store: WalkStore, changes: Changes, mark: Mark | undefined): WalkStore {
  let known: Promise<boolean> | undefined;
  return {
    async load(key) {
      known ??= changes.catchUp();
      // Side by side: they share one way to Valkey.
      const [walk, isKnown] = await Promise.all([store.load(key), known]);
      return isKnown && walk?.mark !== undefined && changes.covers(walk.mark) ? walk : undefined;
    },
    page: (key, from) => store.page(key, from),
    save: (key, walk, pages) => store.save(key, { ...walk, mark: walk.mark ?? mark }, pages),
    claim: (key, walk) => store.claim(key, walk),
    close: () => store.close(),
  };
}
