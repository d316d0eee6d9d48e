import type { Deadline } from '../async/deadline.ts';
import type { SessionAttempts } from '../attempts/session-attempts.ts';
import type { Caller } from '../auth/caller.ts';
import type { CustomerSessions } from '../auth/session.ts';
import type { CallBudget } from '../call-budget/call-budget.ts';
import type { Organization } from '../config/organizations.ts';
import type { PlanRequest } from '../context.ts';
import type { CursorCipher } from '../crypto/cursor-cipher.ts';
import type { KeyedHash } from '../crypto/keyed-hash.ts';
import type { IdempotentWrite } from '../idempotency/idempotency.ts';
import type { CachedReads } from '../upstream/cache/cached-read.ts';
import type { Send } from '../upstream/client/client.ts';
import type { UpstreamUsage } from '../upstream/operation/usage.ts';
import type { Prefetch } from '../upstream/pagination/prefetch.ts';
import type { ScrollEvent } from '../upstream/pagination/session-reader.ts';
import type { ScrollSessionStore } from '../upstream/pagination/session-store.ts';
import type { CallAvailability } from '../upstream/resilience/call-availability.ts';
import type { FanOutAdmission } from '../upstream/resilience/fan-out-admission.ts';
import type { WriteLog } from '../upstream/write-log/write-log.ts';

/** What an operation is made of: what the process shares, and what is the request's own. */
export type ContextOptions = {
  caller: Caller;
  customerSessions: CustomerSessions;
  sessionAttempts: SessionAttempts;
  /** Whether a customer session may delete its contact. */
  sessionMayDelete: boolean;
  callBudget: CallBudget;
  send: Send;
  cachedReads: CachedReads;
  fanOutAdmission: FanOutAdmission;
  /** Whether the upstream has the call that tells whether a contact exists. */
  existenceCall: CallAvailability;
  organizations: ReadonlyMap<string, Organization>;
  /** The domain of the WiFi's server for organizations that name none. */
  wifiServerDomain: string | undefined;
  cursorCipher: CursorCipher;
  /** Hashes what identifies an object whose global id must not contain it. */
  idHash: KeyedHash;
  scrollSessionStore: ScrollSessionStore;
  writeLog: WriteLog;
  /** The most rows that may be read again to find a cursor in an order that is not by time. */
  maxRescanRows: number;
  prefetch: Prefetch;
  /** Is told what happens to scrolls. */
  onScroll?: ((event: ScrollEvent) => void) | undefined;
  maxPageSize: number;
  createIdempotentWrite: (caller: Caller) => IdempotentWrite;
  /** Whether the client refuses cached answers. */
  mustBeFresh: boolean;
  /** The address of the client, if it is known: that of the last proxy where there is one. */
  clientAddress: string | undefined;
  /** What the operation has cost so far: its authentication may have called the upstream. */
  usage: UpstreamUsage;
  /** Whether the client asks for the cost of the operation. */
  showsCost: boolean;
  planRequest: PlanRequest;
  deadline: Pick<Deadline, 'signal' | 'timeoutSignal' | 'endsAt' | 'onEnd'>;
};
