import type { Plugin } from 'graphql-yoga';
import { createSessionAttempts } from '../attempts/session-attempts.ts';
import type { Authenticate } from '../auth/authenticate.ts';
import type { FindCredential } from '../auth/client-keys.ts';
import type { RevokedTokens } from '../auth/revoked-tokens.ts';
import { createCustomerSessions } from '../auth/session.ts';
import { authenticateCustomerSessions } from '../auth/session-auth.ts';
import type { Config } from '../config/config.ts';
import { decodeEncryptionKeys } from '../config/cursor-keys.ts';
import { type AeadPurpose, createAead } from '../crypto/aead.ts';
import { type CursorCipher, createCursorCipher } from '../crypto/cursor-cipher.ts';
import { createKeyedHash } from '../crypto/keyed-hash.ts';
import { createIdempotency } from '../idempotency/idempotency.ts';
import type { Log } from '../log.ts';
import type { GatewayObservers } from '../metrics/observers.ts';
import { createOperationSteps } from '../plugins/operation.ts';
import { createStores, type ReplacedStores } from '../stores.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { explainAttempts } from '../upstream/client/attempt-explanation.ts';
import { observeAttempts } from '../upstream/client/attempt-log.ts';
import { traceAttempts } from '../upstream/client/attempt-spans.ts';
import type { UpstreamClient } from '../upstream/client/client.ts';
import { createPrefetch } from '../upstream/pagination/prefetch.ts';
import { createResilienceStack } from '../upstream/resilience-stack.ts';

/** What a gateway serves, and what it shares with other replicas. */
export type GatewayOptions = ReplacedStores & {
  config: Config;
  client: UpstreamClient;
  authenticate: Authenticate;
  /** The revoked tokens of callers: no operation is shared with requests that arrive after a revocation. */
  revokedTokens?: Pick<RevokedTokens, 'count'>;
  /** Finds the credential of an organization for customer sessions; without it no organization has sessions. */
  findCredential?: FindCredential;
  /** The organizations whose contacts can have a customer session. Ids may be added to this list later. */
  organizationIds?: readonly string[];
  /** Whether callers can be authenticated now; always true by default. */
  isReady?: () => boolean;
  log: Log;
  /** What makes spans; without it nothing is traced. */
  tracing?: Tracing | undefined;
  /** Are told what happens, for metrics; without them nothing is measured. */
  observers?: GatewayObservers | undefined;
  /** Further Yoga plugins; their hooks run after those of the gateway. */
  plugins?: readonly Plugin[];
  cursorCipher?: CursorCipher;
};

/** Creates what operations need: stores, customer sessions, and the resilience stack of the upstream. */
export function createOperations(options: GatewayOptions) {
  const {
    config,
    client,
    tracing,
    authenticate,
    findCredential = () => undefined,
    organizationIds = [],
    log,
  } = options;
  const encryptionKeys = decodeEncryptionKeys(config.cursorKeys);
  const createCipher = (purpose: AeadPurpose) => createAead(encryptionKeys, purpose);
  const ownStores = createStores(config, createCipher, log);
  const { scrollSessionStore, writeLog, idempotencyStore, callBudget } = { ...ownStores, ...options };
  const { cursorCipher = createCursorCipher(createCipher('cursor')) } = options;
  const sessionKeys = decodeEncryptionKeys(config.session.keys);
  const customerSessions = createCustomerSessions({
    ...config.session,
    aead: createAead(sessionKeys, 'session'),
    // Only the demo creates a key for itself: elsewhere sessions would end with the process, and work on one replica only.
    organizationIds: config.mode === 'demo' || config.session.keys.length > 0 ? organizationIds : [],
    findCredential,
  });
  const allowsAnonymous = config.mode !== 'demo' && config.session.keys.length > 0;
  const deadlineMs = config.operationDeadlineMs;
  const { onReplay, onScroll } = options.observers ?? {};
  const trace = tracing && traceAttempts(config.upstreamUrl);
  const send = observeAttempts(client.send, log, trace, config.explain ? explainAttempts : undefined);
  const stack = createResilienceStack(send, config.resilience, ownStores.sharedCache, log, options.observers);
  const steps = createOperationSteps({
    authenticate: authenticateCustomerSessions(customerSessions, authenticate, allowsAnonymous),
    customerSessions,
    sessionAttempts: createSessionAttempts(config.session.attempts, sessionKeys[0], ownStores.valkey),
    sessionMayDelete: config.session.mayDelete,
    idempotency: createIdempotency({
      store: idempotencyStore,
      aead: createCipher('idempotency'),
      deadlineMs,
      onReplay,
    }),
    ...{ deadlineMs, mayExplain: config.explain },
    ...stack,
    ...{ organizations: config.organizations, wifiServerDomain: config.wifiServerDomain },
    idHash: createKeyedHash(encryptionKeys[0], 'ids'),
    ...{ cursorCipher, scrollSessionStore, writeLog, callBudget, onScroll },
    maxRescanRows: config.cursorRereadMax,
    prefetch: createPrefetch(config.accelerators.has('prefetch') ? config.readAheadRows : Number.POSITIVE_INFINITY),
    maxPageSize: config.maxPageSize,
  });
  return {
    ...steps,
    requiresAuthorization: config.mode !== 'demo' && !allowsAnonymous,
    stores: ownStores,
    guardState: stack.guardState,
  };
}
