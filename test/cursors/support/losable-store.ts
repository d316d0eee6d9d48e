import type { WalkStore } from '../../../src/upstream/walk-store.ts';

/** A store that can be lost with all its walks, as when its process ends. */
export type LosableStore = WalkStore & { lose(): Promise<void> };

export function createLosableStore(create: () => WalkStore): LosableStore {
  let store = create();
  return {
    load: (...args) => store.load(...args),
    page: (...args) => store.page(...args),
    save: (...args) => store.save(...args),
    claim: (...args) => store.claim(...args),
    close: () => store.close(),
    async lose() {
      store = create();
    },
  };
}
