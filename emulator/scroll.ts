import { randomBytes } from 'node:crypto';
import { invalid, Refusal } from './api-error.ts';
import type { Clock } from './clock.ts';
import type { Contact } from './contact.ts';

export type ScrollSettings = {
  /** Seconds after its last use that a scroll lives. */
  lifetimeSeconds: number;
  /** Whether every page comes with another sid, which alone is good for the next. */
  sidChanges: boolean;
  /** How the end shows: a page without rows, or a page without sid. */
  end: 'empty-page' | 'no-sid';
  /** What an expired or unknown sid answers. */
  expiredStatus: 404 | 409 | 410;
  /** Whether pages tell how many rows match. */
  total: boolean;
  /** A broken upstream: the same sid returns the same page for ever. */
  loop: boolean;
};

export const defaultScrolls: ScrollSettings = {
  lifetimeSeconds: 120,
  sidChanges: false,
  end: 'empty-page',
  expiredStatus: 410,
  total: true,
  loop: false,
};

/** What has to stay the same for as long as a scroll lasts. */
export type ScrollRequest = {
  readonly organizationId: string;
  readonly query: string;
  readonly size: number | undefined;
};

export type Page = {
  readonly rows: readonly Contact[];
  readonly total: number | undefined;
  readonly sid: string | undefined;
};

export type Scrolls = {
  open(request: ScrollRequest & { size: number }, rows: readonly Contact[]): Page;
  next(sid: string, request: ScrollRequest): Page;
  configure(settings: Partial<ScrollSettings>): void;
  drop(): void;
};

type Scroll = ScrollRequest & {
  size: number;
  rows: readonly Contact[];
  total: number;
  offset: number;
  expiresAt: number;
};

/** No real upstream keeps more contexts; the one that was longest without use makes room. */
const maxOpen = 20_000;

/**
 * Scrolls as Elasticsearch has them: the first call fixes the result, every further one takes the next page, which
 * nobody can read again. Whoever reads with the same sid takes pages away from the others.
 */
export function createScrolls(clock: Clock, initial: ScrollSettings): Scrolls {
  // In the order of their last use, so that the expired ones are at the front.
  const open = new Map<string, Scroll>();
  let settings = initial;

  function page(scroll: Scroll, sid: string | undefined): Page {
    const { offset, size } = scroll;
    const rows = scroll.rows.slice(offset, offset + size);
    const looping = settings.loop && sid !== undefined;
    if (!looping) scroll.offset += rows.length;
    const exhausted = scroll.offset >= scroll.total;
    if (exhausted) scroll.rows = []; // lets go of the snapshot, for which nobody can ask any more
    if (sid !== undefined) open.delete(sid);
    const ended = exhausted && settings.end === 'no-sid';
    const nextSid = ended ? undefined : sid === undefined || settings.sidChanges ? newSid() : sid;
    if (nextSid !== undefined) {
      scroll.expiresAt = clock.now() + settings.lifetimeSeconds * 1000;
      open.set(nextSid, scroll);
    }
    return { rows, total: settings.total ? scroll.total : undefined, sid: nextSid };
  }

  function makeRoom(): void {
    for (const [sid, { expiresAt }] of open) {
      if (expiresAt > clock.now() && open.size < maxOpen) return;
      open.delete(sid);
    }
  }

  return {
    open(request, rows) {
      makeRoom();
      return page({ ...request, rows, total: rows.length, offset: 0, expiresAt: 0 }, undefined);
    },
    next(sid, { organizationId, query, size }) {
      const scroll = open.get(sid);
      if (scroll === undefined || scroll.expiresAt <= clock.now() || scroll.organizationId !== organizationId) {
        throw new Refusal(settings.expiredStatus, 'No such scroll, or it has expired');
      }
      if (size !== undefined && size !== scroll.size) throw invalid('The size may not change during a scroll');
      if (query !== '' && query !== scroll.query) throw invalid('Filters and order may not change during a scroll');
      return page(scroll, sid);
    },
    configure(changes) {
      settings = { ...settings, ...changes };
    },
    drop: () => open.clear(),
  };
}

/** Base64 as Elasticsearch has it, with the `+`, `/` and `=` that a query has to escape. */
function newSid(): string {
  return `DXF1ZXJ5QW5k+/${randomBytes(23).toString('base64')}`;
}
