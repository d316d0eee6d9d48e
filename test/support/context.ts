import { randomBytes } from 'node:crypto';
import type { ContextOptions } from '../../src/context.ts';
import { createCursorSeal } from '../../src/cursor-seal.ts';
import { createSeal } from '../../src/seal.ts';
import { createLocalChanges } from '../../src/upstream/changes.ts';
import type { UpstreamClient } from '../../src/upstream/client.ts';
import { createReadAhead } from '../../src/upstream/read-ahead.ts';
import { createAdmission } from '../../src/upstream/resilience/admission.ts';
import { createReads } from '../../src/upstream/resilience/reads.ts';
import { createLocalWalkStore } from '../../src/upstream/walk-store.ts';
import { noSessions } from './sessions.ts';

/** What contexts have in common that share nothing with another test: every read is a call. */
export function contextOptions({ send }: UpstreamClient): Omit<ContextOptions, 'caller' | 'deadline'> {
  return {
    send,
    reads: createReads({}),
    admission: createAdmission({ room: Number.POSITIVE_INFINITY }),
    organizations: new Map(),
    cursors: createCursorSeal(createSeal([randomBytes(32)], 'cursor')),
    walks: createLocalWalkStore(1_000_000),
    changes: createLocalChanges(),
    onceOf:
      () =>
      ({ write }) =>
        write(),
    rereadMax: 0,
    ...noSessions,
    ahead: createReadAhead(500),
    maxPageSize: 1000,
    mustBeFresh: false,
    explain: false,
  };
}

/** Of an operation whose client stays. */
export function inTime(ms = 5_000): ContextOptions['deadline'] {
  const signal = AbortSignal.timeout(ms);
  return { signal, timeout: signal, endsAt: performance.now() + ms, whenOver: () => undefined };
}
