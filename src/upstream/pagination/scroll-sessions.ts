import { randomUUID } from 'node:crypto';
import { bodyOf } from './page-rows.ts';
import type { Position } from './position.ts';
import { readScrollPages } from './scroll.ts';
import type { BackwardRows, ScrollPage, ScrollSession } from './scroll-session.ts';
import type { Bounds, ScrolledList } from './scrolled-list.ts';
import {
  createSessionReader,
  type ScrollEvent,
  type ScrollSessionsOptions,
  type SessionReader,
} from './session-reader.ts';
import type { ScrollSessionStore } from './session-store.ts';

/** The scroll sessions of one list, for one operation. */
export type ScrollSessions<Row> = Pick<SessionReader<Row>, 'loadRows' | 'take'> & {
  /** The sessions that may hold the rows on one side of a position: its own one, then the one that was linked to it. */
  candidates(position: Position, side: Side): AsyncGenerator<ScrollSession>;
  /** Records the session that was started at a position, for the next request of the same page. */
  link(position: Position, side: Side, session: ScrollSession): Promise<void>;
  /** Opens a scroll of the list, or of the same list from its other end, and reads it page by page. */
  readNewScroll(bounds: Bounds, size: number, list?: ScrolledList<Row>): AsyncGenerator<ScrollPage<Row>>;
  /** Starts a session with the rows up to the end of a page of `readNewScroll`; `take` continues and saves it. */
  start(rows: readonly Row[], page: ScrollPage<Row>, settings: ScrollSessionStart, event: ScrollEvent): ScrollSession;
  /** Saves rows that were read backward as a session without a scroll. */
  storeBackwardRows(found: BackwardRows<Row>, ended: boolean, event: ScrollEvent): Promise<ScrollSession>;
};

/** The side of a position on which rows are read. */
export type Side = 'before' | 'after';
/** What a new scroll session starts with. */
export type ScrollSessionStart = Pick<ScrollSession, 'size' | 'bounds' | 'start' | 'hasPrevious'>;

/** Creates the scroll sessions of one list. */
export function createScrollSessions<Row>(options: ScrollSessionsOptions<Row>): ScrollSessions<Row> {
  const { list, store, keyOf, onScroll } = options;
  const reader = createSessionReader(options);
  const linkKey = ({ scrollSessionId, rank }: Position, side: Side) => keyOf(`${scrollSessionId} ${side} ${rank}`);
  return {
    candidates: (position, side) =>
      loadCandidates(store, keyOf(position.scrollSessionId), linkKey(position, side), keyOf),
    link: (position, side, session) => store.save(linkKey(position, side), { ...session, pageStarts: [] }, []),
    readNewScroll: (bounds, size, scrolled = list) => readScrollPages(scrolled, size, bounds),
    start(rows, page, settings, event) {
      const { sid, last: ended, count, firstId } = page;
      const session: ScrollSession = {
        ...settings,
        id: randomUUID(),
        sid: ended ? undefined : sid,
        ended,
        pageStarts: [],
        end: settings.start.rank + rows.length,
        count,
        lastPageFirstId: firstId,
      };
      const isWholePage = rows.length === page.rows.length && rows.every((row, index) => row === page.rows[index]);
      reader.addStarted(session, isWholePage ? page : { rows });
      onScroll?.(event);
      return session;
    },
    async storeBackwardRows({ rows, start, hasPrevious }, ended, event) {
      const from = start.rank;
      const isEmpty = rows.length === 0;
      const session: ScrollSession = {
        id: randomUUID(),
        size: rows.length,
        bounds: {},
        sid: undefined,
        ended,
        pageStarts: isEmpty ? [] : [from],
        end: from + rows.length,
        count: undefined,
        lastPageFirstId: undefined,
        start,
        hasPrevious,
      };
      await store.save(keyOf(session.id), session, isEmpty ? [] : [{ from, body: bodyOf(list, [{ rows }]) }]);
      onScroll?.(event);
      return session;
    },
    loadRows: reader.loadRows,
    take: reader.take,
  };
}

/** Loads the session with one key, and the session that a link leads to. No closure, as `readScrollPages` is none. */
async function* loadCandidates(
  store: ScrollSessionStore,
  ownKey: string,
  linkKey: string,
  keyOf: ScrollSessionsOptions<unknown>['keyOf'],
) {
  const session = await store.load(ownKey);
  if (session !== undefined) yield session;
  const link = await store.load(linkKey);
  const linked = link && (await store.load(keyOf(link.id)));
  if (linked !== undefined) yield linked;
}
