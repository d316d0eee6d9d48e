import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { ExecutionArgs } from 'graphql';
import { createYoga, useReadinessCheck } from 'graphql-yoga';
import type { Authenticate } from './auth/authenticate.ts';
import { authenticateSessions } from './auth/authenticate-session.ts';
import type { CredentialOf } from './auth/credentials.ts';
import { createSessions } from './auth/session.ts';
import type { Config } from './config.ts';
import { toKeys } from './cursor-keys.ts';
import { type CursorSeal, createCursorSeal } from './cursor-seal.ts';
import { createIdempotency } from './idempotency.ts';
import type { Log } from './log.ts';
import { useArrival } from './plugins/arrival.ts';
import { createDocuments, useDocuments } from './plugins/documents.ts';
import { maskErrors } from './plugins/error-mask.ts';
import { executeWithin, useExecution } from './plugins/execution.ts';
import { explain } from './plugins/explain.ts';
import { finishBy, useFinish } from './plugins/finish.ts';
import { readExamples } from './plugins/graphiql/examples.ts';
import { useGraphiQL } from './plugins/graphiql.ts';
import { useJsonBody } from './plugins/json-body.ts';
import { maxBodyBytes, useLimits } from './plugins/limits.ts';
import { createOperationSteps, useOperation } from './plugins/operation.ts';
import { logJoined, logOperations } from './plugins/operation-log.ts';
import type { ServerContext } from './plugins/plugin.ts';
import { usePrivateSchema } from './plugins/private-schema.ts';
import { limitResponseBytes } from './plugins/response-bytes.ts';
import { schema } from './schema/index.ts';
import { createSeal, type SealPurpose } from './seal.ts';
import { createStores } from './stores.ts';
import type { Changes } from './upstream/changes.ts';
import type { UpstreamClient } from './upstream/client.ts';
import type { IdempotencyStore } from './upstream/idempotency-store.ts';
import { createReadAhead } from './upstream/read-ahead.ts';
import type { WalkStore } from './upstream/walk-store.ts';
import { createWay } from './way.ts';

export type GatewayOptions = {
  config: Config;
  client: UpstreamClient;
  authenticate: Authenticate;
  /** What customer sessions call the upstream with, and whose contacts can have one; nobody's, when it is not given. */
  credentialOf?: CredentialOf;
  organizationIds?: readonly string[];
  /** Whether callers can be known now; always, when it is not given. */
  isReady?: () => boolean;
  log: Log;
  /** What replicas share; of its own, by the configuration, where it is not given. Whoever gives a store closes it. */
  walks?: WalkStore;
  changes?: Changes;
  keys?: IdempotencyStore;
  cursors?: CursorSeal;
};

/** Builds the gateway: schema, plugins in their order, Yoga. It never listens, and works without a server through `fetch`. */
export function createGateway(options: GatewayOptions) {
  const {
    config,
    client,
    authenticate,
    credentialOf = () => undefined,
    organizationIds = [],
    isReady,
    log,
    ...shared
  } = options;
  const { organizations, operationDeadlineMs: deadlineMs, publicSchema } = config;
  const sealingKeys = toKeys(config.cursorKeys);
  const sealFor = (purpose: SealPurpose) => createSeal(sealingKeys, purpose);
  const own = createStores(config, sealFor, log);
  const { walks = own.walks, changes = own.changes, keys = own.keys } = shared;
  const { cursors = createCursorSeal(sealFor('cursor')) } = shared;
  const sessions = createSessions({
    ...config.session,
    seal: createSeal(toKeys(config.session.keys), 'session'),
    // The demo makes itself a key; elsewhere sessions would end with the process, and only there.
    organizationIds: config.mode === 'demo' || config.session.keys.length > 0 ? organizationIds : [],
    credentialOf,
  });
  const hasDoor = config.mode !== 'demo' && sessions.organizationIds.length > 0;
  const finish = finishBy(
    limitResponseBytes(config.maxResponseBytes),
    explain,
    maskErrors({ log }),
    logOperations(log),
  );
  const documents = createDocuments();
  const hideSuggestions = !publicSchema;
  const executeOperation = executeWithin(config, { hideSuggestions });
  const { authenticateRequest, startOperation } = createOperationSteps({
    authenticate: authenticateSessions(sessions, authenticate, hasDoor),
    sessions,
    sessionMayDelete: config.session.mayDelete,
    idempotency: createIdempotency({ store: keys, seal: sealFor('idempotency'), deadlineMs }),
    deadlineMs,
    mayExplain: config.explain,
    ...createWay(client.send, config.resilience, own.sharedCache, log),
    organizations,
    cursors,
    walks,
    changes,
    rereadMax: config.cursorRereadMax,
    ahead: createReadAhead(config.readAheadRows),
    maxPageSize: config.maxPageSize,
  });
  let isDraining = false;
  const yoga = createYoga<ServerContext>({
    schema,
    cors: false,
    graphiql: false,
    landingPage: false,
    healthCheckEndpoint: '/livez',
    multipart: false,
    logging: false,
    maskedErrors: false,
    maxRequestBodySize: maxBodyBytes,
    parserAndValidationCache: false,
    plugins: [
      useArrival(),
      useReadinessCheck({ endpoint: '/readyz', check: () => !isDraining && isReady?.() !== false }),
      publicSchema ? useGraphiQL({ title: 'Contactgraph', tabs: readExamples() }) : usePrivateSchema(),
      useJsonBody(),
      useLimits(documents),
      useCSRFPrevention({
        requestHeaders: ['graphql-require-preflight', 'apollo-require-preflight', 'x-graphql-yoga-csrf'],
      }),
      useOperation(authenticateRequest, startOperation),
      useDocuments(documents, { hideSuggestions }),
      useExecution(executeOperation),
      useFinish(finish),
    ],
  });
  return Object.assign(yoga, {
    /** What the plugins do with an operation, for a door that has no need of Yoga's hooks. */
    documents,
    authenticateRequest,
    startOperation,
    execute: (args: Omit<ExecutionArgs, 'schema'>) => executeOperation({ schema, ...args }),
    /** What every answer goes through before it goes out. */
    finish,
    logJoined: logJoined(log),
    /** Whether identical operations in flight may be executed once. */
    sharesOperations: !config.resilience.off.includes('coalescer'),
    /** From now on `/readyz` says no; what is in flight goes on. */
    drain() {
      isDraining = true;
    },
    /** Lets go of what it has opened itself. */
    async close() {
      await own.close();
    },
  });
}

export type Gateway = ReturnType<typeof createGateway>;
