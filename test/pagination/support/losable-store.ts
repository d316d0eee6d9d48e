import type { ScrollSessionStore } from '../../../src/upstream/pagination/session-store.ts';

/** A store that can lose all its scroll sessions, as at the end of its process. */
export type LosableStore = ScrollSessionStore & { lose(): Promise<void> };

export function createLosableStore(create: () => ScrollSessionStore): LosableStore {
  let store = create();
  return {
    load: (...args) => store.load(...args),
    page: (...args) => store.page(...args),
    save: (...args) => store.save(...args),
    acquireLease: (...args) => store.acquireLease(...args),
    close: () => store.close(),
    async lose() {
      store = create();
    },
  };
}
