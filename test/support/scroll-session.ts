import { setTimeout as wait } from 'node:timers/promises';
import type { ScrollSession } from '../../src/upstream/pagination/scroll-session.ts';
import type { ScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';

/** A walk that has given two rows so far. */
export function makeScrollSession(changes: Partial<ScrollSession> = {}): ScrollSession {
  return {
    id: 'walk',
    size: 2,
    bounds: { createdEnd: 1_767_225_600_000 },
    sid: 'sid-1',
    ended: false,
    pageStarts: [0],
    end: 2,
    remaining: 5,
    lastPageFirstCid: 'a',
    // What a place is made of is no business of a store.
    start: { rank: 0, recent: ['x'], digest: 2 ** 48 - 1 } as unknown as ScrollSession['start'],
    hasPrevious: false,
    ...changes,
  };
}

/** A store whose server is not there, yet or again, has no answers. */
export async function waitForScrollSessionStore(store: ScrollSessionStore): Promise<void> {
  for (let times = 0; times < 500; times += 1) {
    await store.save('until-it-keeps', makeScrollSession(), []);
    if ((await store.load('until-it-keeps')) !== undefined) return;
    await wait(20);
  }
  throw new Error('The store keeps nothing.');
}
