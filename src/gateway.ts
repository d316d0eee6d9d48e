import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { ExecutionArgs } from 'graphql';
import { createYoga, useReadinessCheck } from 'graphql-yoga';
import type { Authenticate } from './auth/authenticate.ts';
import type { FindCredential } from './auth/client-keys.ts';
import { createCustomerSessions } from './auth/session.ts';
import { authenticateCustomerSessions } from './auth/session-auth.ts';
import { enableCodeGeneration } from './code-generation.ts';
import type { Config } from './config/config.ts';
import { decodeEncryptionKeys } from './config/cursor-keys.ts';
import { type AeadPurpose, createAead } from './crypto/aead.ts';
import { type CursorCipher, createCursorCipher } from './crypto/cursor-cipher.ts';
import { createIdempotency } from './idempotency/idempotency.ts';
import type { IdempotencyStore } from './idempotency/store.ts';
import type { Log } from './log.ts';
import { createDocumentCache, useDocumentCache } from './plugins/document-cache.ts';
import { maskErrors } from './plugins/error-mask.ts';
import { executeWithin, useExecution } from './plugins/execution.ts';
import { explain } from './plugins/explain.ts';
import { readExamples } from './plugins/graphiql/examples.ts';
import { useGraphiQL } from './plugins/graphiql.ts';
import { useIntrospectionBlock } from './plugins/introspection.ts';
import { useJsonBody } from './plugins/json-body.ts';
import { maxBodyBytes, useLimits } from './plugins/limits.ts';
import { createOperationSteps, useOperation } from './plugins/operation.ts';
import { logOperations, logSharedOperation } from './plugins/operation-log.ts';
import type { ServerContext } from './plugins/plugin.ts';
import { useRequestId } from './plugins/request-id.ts';
import { limitResponseBytes } from './plugins/response-bytes.ts';
import { composeResultSteps, useResultPipeline } from './plugins/result-pipeline.ts';
import { schema } from './schema/index.ts';
import { createStores } from './stores.ts';
import type { UpstreamClient } from './upstream/client/client.ts';
import { createPrefetch } from './upstream/pagination/prefetch.ts';
import type { ScrollSessionStore } from './upstream/pagination/session-store.ts';
import { createResilienceStack } from './upstream/resilience-stack.ts';
import type { WriteLog } from './upstream/write-log/write-log.ts';

export type GatewayOptions = {
  config: Config;
  client: UpstreamClient;
  authenticate: Authenticate;
  /** What customer sessions call the upstream with, and whose contacts can have one; nobody's, when it is not given. */
  findCredential?: FindCredential;
  organizationIds?: readonly string[];
  /** Whether callers can be known now; always, when it is not given. */
  isReady?: () => boolean;
  log: Log;
  /** What replicas share; of its own, by the configuration, where it is not given. Whoever gives a store closes it. */
  scrollSessionStore?: ScrollSessionStore;
  writeLog?: WriteLog;
  idempotencyStore?: IdempotencyStore;
  cursorCipher?: CursorCipher;
};

/** Builds the gateway: schema, plugins in their order, Yoga. It never listens, and works without a server through `fetch`. */
export function createGateway(options: GatewayOptions) {
  const {
    config,
    client,
    authenticate,
    findCredential = () => undefined,
    organizationIds = [],
    isReady,
    log,
    ...shared
  } = options;
  enableCodeGeneration(config.accelerators.has('generated-rows'));
  const { organizations, operationDeadlineMs: deadlineMs, publicSchema } = config;
  const sealingKeys = decodeEncryptionKeys(config.cursorKeys);
  const sealFor = (purpose: AeadPurpose) => createAead(sealingKeys, purpose);
  const own = createStores(config, sealFor, log);
  const {
    scrollSessionStore = own.scrollSessionStore,
    writeLog = own.writeLog,
    idempotencyStore = own.idempotencyStore,
  } = shared;
  const { cursorCipher = createCursorCipher(sealFor('cursor')) } = shared;
  const customerSessions = createCustomerSessions({
    ...config.session,
    aead: createAead(decodeEncryptionKeys(config.session.keys), 'session'),
    // The demo makes itself a key; elsewhere sessions would end with the process, and only there.
    organizationIds: config.mode === 'demo' || config.session.keys.length > 0 ? organizationIds : [],
    findCredential,
  });
  const hasDoor = config.mode !== 'demo' && customerSessions.organizationIds.length > 0;
  const finish = composeResultSteps(
    limitResponseBytes(config.maxResponseBytes),
    explain,
    maskErrors({ log }),
    logOperations(log),
  );
  const documents = createDocumentCache();
  const hideSuggestions = !publicSchema;
  const executeOperation = executeWithin(config, { hideSuggestions });
  const { authenticateRequest, startOperation } = createOperationSteps({
    authenticate: authenticateCustomerSessions(customerSessions, authenticate, hasDoor),
    customerSessions,
    sessionMayDelete: config.session.mayDelete,
    idempotency: createIdempotency({ store: idempotencyStore, aead: sealFor('idempotency'), deadlineMs }),
    deadlineMs,
    mayExplain: config.explain,
    ...createResilienceStack(client.send, config.resilience, own.sharedCache, log),
    organizations,
    cursorCipher,
    scrollSessionStore,
    writeLog,
    maxRescanRows: config.cursorRereadMax,
    prefetch: createPrefetch(config.accelerators.has('prefetch') ? config.readAheadRows : Number.POSITIVE_INFINITY),
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
      useRequestId(),
      useReadinessCheck({ endpoint: '/readyz', check: () => !isDraining && isReady?.() !== false }),
      publicSchema ? useGraphiQL({ title: 'Contactgraph', tabs: readExamples() }) : useIntrospectionBlock(),
      useJsonBody(),
      useLimits(documents),
      useCSRFPrevention({
        requestHeaders: ['graphql-require-preflight', 'apollo-require-preflight', 'x-graphql-yoga-csrf'],
      }),
      useOperation(authenticateRequest, startOperation),
      useDocumentCache(documents, { hideSuggestions }),
      useExecution(executeOperation),
      useResultPipeline(finish),
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
    logJoined: logSharedOperation(log),
    /** Whether every request to the graph needs the header `Authorization`. */
    requiresAuthorization: config.mode !== 'demo' && !hasDoor,
    /** Whether identical operations in flight may be executed once. */
    sharesOperations: config.accelerators.has('deduplicate') && !config.resilience.off.includes('coalescer'),
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
