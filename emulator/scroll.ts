import { randomBytes } from 'node:crypto';
import { ApiError, validationError } from './api-error.ts';
import type { Clock } from './clock.ts';

/** The behaviour of scrolls, which differs between upstreams. */
export type ScrollSettings = {
  /** Seconds after which an unused scroll expires. */
  lifetimeSeconds: number;
  /** Whether every page has a new sid, and the sids before it become invalid. */
  sidChanges: boolean;
  /** How the last page is marked: by an empty page after it, or by the absence of a sid. */
  end: 'empty-page' | 'no-sid';
  /** The HTTP status for an expired or unknown sid. */
  expiredStatus: 404 | 409 | 410;
  /** Whether pages contain the total number of rows. */
  total: boolean;
  /** Emulates a defect: the same sid always returns the same page. */
  loop: boolean;
};

/** The settings without configuration. */
export const defaultScrollSettings: ScrollSettings = {
  lifetimeSeconds: 120,
  sidChanges: false,
  end: 'empty-page',
  expiredStatus: 410,
  total: true,
  loop: false,
};

/** The parameters that must not change during a scroll. */
export type ScrollRequest = {
  readonly organizationId: string;
  readonly query: string;
  readonly size: number | undefined;
};

/** A page of a scroll. `total` and `sid` are undefined when the response must not contain them. */
export type Page = {
  readonly rows: readonly unknown[];
  readonly total: number | undefined;
  readonly sid: string | undefined;
};

/** The open scrolls. */
export type ScrollStore = {
  /** Opens a scroll over a snapshot of rows and returns its first page. */
  open(request: ScrollRequest & { size: number }, rows: readonly unknown[]): Page;
  /** Returns the next page. @throws {ApiError} 409 for changed parameters, or the status for an expired scroll */
  next(sid: string, request: ScrollRequest): Page;
  configure(settings: Partial<ScrollSettings>): void;
  /** Drops all scrolls. */
  drop(): void;
};

type Scroll = ScrollRequest & {
  size: number;
  rows: readonly unknown[];
  total: number;
  offset: number;
  expiresAt: number;
};

/** The number of scrolls that are kept. Beyond it, the scroll that was unused for the longest time is dropped. */
const maxScrolls = 20_000;

/**
 * Creates a store of scrolls that behave as in Elasticsearch: the first call takes a snapshot of the result, and every
 * further call returns the next page, which cannot be read again. Concurrent readers of one sid each get some of the
 * pages.
 */
export function createScrollStore(clock: Clock, initial: ScrollSettings): ScrollStore {
  // The map is in the order of last use, so that expired scrolls come first.
  const open = new Map<string, Scroll>();
  let settings = initial;

  function readPage(scroll: Scroll, sid: string | undefined): Page {
    const { offset, size } = scroll;
    const rows = scroll.rows.slice(offset, offset + size);
    const looping = settings.loop && sid !== undefined;
    if (!looping) scroll.offset += rows.length;
    const exhausted = scroll.offset >= scroll.total;
    if (exhausted) scroll.rows = []; // No call can read the snapshot any more, so its memory is released.
    if (sid !== undefined) open.delete(sid);
    const ended = exhausted && settings.end === 'no-sid';
    const nextSid = ended ? undefined : sid === undefined || settings.sidChanges ? newSid() : sid;
    if (nextSid !== undefined) {
      scroll.expiresAt = clock.now() + settings.lifetimeSeconds * 1000;
      open.set(nextSid, scroll);
    }
    return { rows, total: settings.total ? scroll.total : undefined, sid: nextSid };
  }

  function evict(): void {
    for (const [sid, { expiresAt }] of open) {
      if (expiresAt > clock.now() && open.size < maxScrolls) return;
      open.delete(sid);
    }
  }

  return {
    open(request, rows) {
      evict();
      return readPage({ ...request, rows, total: rows.length, offset: 0, expiresAt: 0 }, undefined);
    },
    next(sid, { organizationId, query, size }) {
      const scroll = open.get(sid);
      if (scroll === undefined || scroll.expiresAt <= clock.now() || scroll.organizationId !== organizationId) {
        throw new ApiError(settings.expiredStatus, 'No such scroll, or it has expired');
      }
      if (size !== undefined && size !== scroll.size) throw validationError('The size may not change during a scroll');
      if (query !== '' && query !== scroll.query)
        throw validationError('Filters and order may not change during a scroll');
      return readPage(scroll, sid);
    },
    configure(changes) {
      settings = { ...settings, ...changes };
    },
    drop: () => open.clear(),
  };
}

/** Base64 as in Elasticsearch, with the characters `+`, `/` and `=` that a query has to escape. */
function newSid(): string {
  return `DXF1ZXJ5QW5k+/${randomBytes(23).toString('base64')}`;
}
