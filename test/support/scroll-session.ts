import { setTimeout as wait } from 'node:timers/promises';
import type { ScrollSession } from '../../src/upstream/pagination/scroll-session.ts';
import type { ScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';

/** A scroll session that has returned two rows. */
export function makeScrollSession(changes: Partial<ScrollSession> = {}): ScrollSession {
  return {
    id: 'scroll-session',
    size: 2,
    bounds: { createdEnd: 1_767_225_600_000 },
    sid: 'sid-1',
    ended: false,
    pageStarts: [0],
    end: 2,
    count: { total: 7, read: 2 },
    lastPageFirstId: 'a',
    // A store does not read the position, so any value will do.
    start: { rank: 0, recent: ['x'], digest: 2 ** 48 - 1 } as unknown as ScrollSession['start'],
    hasPrevious: false,
    ...changes,
  };
}

/** Waits until the store keeps scroll sessions, because one without a connection to its server keeps none. */
export async function waitForScrollSessionStore(store: ScrollSessionStore): Promise<void> {
  for (let times = 0; times < 500; times += 1) {
    await store.save('wait-for-store', makeScrollSession(), []);
    if ((await store.load('wait-for-store')) !== undefined) return;
    await wait(20);
  }
  throw new Error('The store keeps nothing.');
}
