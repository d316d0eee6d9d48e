import type { LogOffset } from '../write-log/entries.ts';
import type { WriteLog } from '../write-log/write-log.ts';
import type { ScrollSessionStore } from './session-store.ts';

/**
 * Wraps a store so that it loads only sessions whose stale rows can be found: those for which the write log holds every
 * write since their rows were read. Sessions that are saved for the first time get the current offset.
 *
 * @param offset of the write log from before anything was read
 */
export function createConsistentStore(
  store: ScrollSessionStore,
  writeLog: WriteLog,
  offset: LogOffset | undefined,
): ScrollSessionStore {
  let isCaughtUp: Promise<boolean> | undefined;
  return {
    async load(key) {
      isCaughtUp ??= writeLog.catchUp();
      // At the same time, so that both commands travel to Valkey together.
      const [session, isCurrent] = await Promise.all([store.load(key), isCaughtUp]);
      return isCurrent && session?.offset !== undefined && writeLog.covers(session.offset) ? session : undefined;
    },
    page: (key, from) => store.page(key, from),
    save: (key, session, pages) => store.save(key, { ...session, offset: session.offset ?? offset }, pages),
    acquireLease: (key, session) => store.acquireLease(key, session),
    close: () => store.close(),
  };
}
