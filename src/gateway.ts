import type { RequestListener } from 'node:http';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { ExecutionArgs } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { createSessionAttempts } from './attempts/session-attempts.ts';
import type { Authenticate } from './auth/authenticate.ts';
import type { FindCredential } from './auth/client-keys.ts';
import type { RevokedTokens } from './auth/revoked-tokens.ts';
import { createCustomerSessions } from './auth/session.ts';
import { authenticateCustomerSessions } from './auth/session-auth.ts';
import { enableCodeGeneration } from './code-generation.ts';
import type { Config } from './config/config.ts';
import { decodeEncryptionKeys } from './config/cursor-keys.ts';
import { type AeadPurpose, createAead } from './crypto/aead.ts';
import { type CursorCipher, createCursorCipher } from './crypto/cursor-cipher.ts';
import { executePlanned, executeUnplanned } from './execution/execute.ts';
import { createClientAddress } from './http/client-address.ts';
import { createCors } from './http/cors.ts';
import { createFailureHandler } from './http/failure.ts';
import { createFastPath } from './http/fast-path.ts';
import { createReadiness } from './http/health.ts';
import { createRouter } from './http/router.ts';
import { createAnswerWriter } from './http/write-answer.ts';
import { createYogaPath } from './http/yoga-path.ts';
import { createIdempotency } from './idempotency/idempotency.ts';
import type { Log } from './log.ts';
import { useBatch } from './plugins/batch.ts';
import { showCost } from './plugins/cost.ts';
import { useDocumentCache } from './plugins/document-cache.ts';
import { createDocumentStores } from './plugins/document-stores.ts';
import { maskErrors } from './plugins/error-mask.ts';
import { executeWithin, useExecution } from './plugins/execution.ts';
import { explain } from './plugins/explain.ts';
import { trackForeignPlugins } from './plugins/foreign-plugins.ts';
import { readExamples } from './plugins/graphiql/examples.ts';
import { useGraphiQL } from './plugins/graphiql.ts';
import { useIntrospectionBlock } from './plugins/introspection.ts';
import { useJsonBody } from './plugins/json-body.ts';
import { useLandingPage } from './plugins/landing-page.ts';
import { useLimits } from './plugins/limits.ts';
import { createOperationSteps, useOperation } from './plugins/operation.ts';
import { logOperations, logSharedOperation } from './plugins/operation-log.ts';
import { csrfHeaders } from './plugins/persisted-query.ts';
import type { ServerContext } from './plugins/plugin.ts';
import { useQueryString } from './plugins/query-string.ts';
import { useRequestId } from './plugins/request-id.ts';
import { useResponseType } from './plugins/response-type.ts';
import { composeResultSteps, useResultPipeline } from './plugins/result-pipeline.ts';
import { useRevalidation } from './plugins/revalidation.ts';
import { yogaOptions } from './plugins/yoga-options.ts';
import { schema } from './schema/index.ts';
import { createStores, type ReplacedStores } from './stores.ts';
import type { UpstreamClient } from './upstream/client/client.ts';
import { createPrefetch } from './upstream/pagination/prefetch.ts';
import { createResilienceStack } from './upstream/resilience-stack.ts';

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
  /** Further Yoga plugins; their hooks run after those of the gateway. */
  plugins?: readonly Plugin[];
  cursorCipher?: CursorCipher;
};

/**
 * Builds a gateway: schema, plugins in their order, Yoga and the fast path. It does not listen: `listener` is for a server of
 * node:http, and `fetch` works without any server.
 *
 * @throws {Error} when a plugin has a hook that the fast path would bypass
 */
export function createGateway(options: GatewayOptions) {
  const { config, log, isReady = () => true, plugins = [], revokedTokens } = options;
  const { accelerators, publicSchema } = config;
  enableCodeGeneration(accelerators.has('generated-rows'));
  const { authenticateRequest, startOperation, requiresAuthorization, stores } = createOperations(options);
  const hideSuggestions = !publicSchema;
  const tokenUse = config.mode === 'demo' ? 'none' : requiresAuthorization ? 'required' : 'optional';
  const execute = accelerators.has('planned-execution') ? executePlanned : executeUnplanned;
  const documentStores = createDocumentStores({ ...config, schema, valkey: stores.valkey });
  const { memory } = documentStores;
  const executeOperation = executeWithin(execute, config, { hideSuggestions }, memory);
  const finish = composeResultSteps(
    composeResultSteps(explain, showCost),
    maskErrors({ log, publicSchema: publicSchema ? schema : undefined }),
    logOperations(log, documentStores.logged),
  );
  const readiness = createReadiness(isReady);
  const foreign = trackForeignPlugins(plugins);
  const { basePath, compressFromBytes, corsOrigins, maxBatch, trustedProxies } = config.http;
  const endpoint = `${basePath}/graphql`;
  const clientAddressOf = createClientAddress(trustedProxies);
  const yoga = createYoga<ServerContext>({
    schema,
    ...yogaOptions,
    batching: maxBatch > 0 && { limit: maxBatch },
    plugins: [
      foreign.plugin,
      useRequestId(clientAddressOf),
      useLandingPage(publicSchema, endpoint),
      publicSchema
        ? useGraphiQL({ endpoint, title: 'Contactgraph', tabs: readExamples(), token: tokenUse })
        : useIntrospectionBlock(),
      useResponseType(),
      useQueryString(),
      useJsonBody(maxBatch),
      useBatch(config.explain),
      documentStores.plugin,
      useLimits(documentStores.documents),
      useCSRFPrevention({ requestHeaders: csrfHeaders }),
      useOperation(authenticateRequest, startOperation),
      useDocumentCache(documentStores.documents, { hideSuggestions }),
      useExecution(executeOperation),
      useResultPipeline(finish),
      useRevalidation(),
      ...plugins,
    ],
  });
  const fail = createFailureHandler(log);
  const writeAnswer = createAnswerWriter(compressFromBytes, fail);
  const yogaPath = createYogaPath(yoga, fail, writeAnswer);
  const gateway = Object.assign(yoga, {
    ...{ yogaPath, fail, writeAnswer, clientAddressOf },
    ...documentStores,
    ...{ authenticateRequest, startOperation, requiresAuthorization, finish },
    execute: (args: Omit<ExecutionArgs, 'schema'>) => executeOperation({ schema, ...args }),
    logShared: logSharedOperation(log),
    sharesOperations: accelerators.has('deduplicate') && !config.resilience.off.includes('coalescer'),
    revocations: () => revokedTokens?.count() ?? 0,
    foreignPlugins: foreign.list(),
    /** `isReady` is what `/readyz` answers; after `drain` it answers 503, and pending requests continue. */
    ...readiness,
    /** Closes the stores that the gateway opened itself. */
    close: stores.close,
  });
  const graph = accelerators.has('fast-path') ? createFastPath(gateway) : yogaPath;
  const listener: RequestListener = createRouter({
    ...{ graph, pages: yogaPath, hasPlugins: gateway.foreignPlugins.length > 0 },
    ...{ basePath, readiness, cors: createCors(corsOrigins), fail },
  });
  return Object.assign(gateway, { listener });
}

/** A gateway that `createGateway` built. */
export type Gateway = ReturnType<typeof createGateway>;

/** Creates what operations need: stores, customer sessions, and the resilience stack of the upstream. */
function createOperations(options: GatewayOptions) {
  const { config, client, authenticate, findCredential = () => undefined, organizationIds = [], log } = options;
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
  const steps = createOperationSteps({
    authenticate: authenticateCustomerSessions(customerSessions, authenticate, allowsAnonymous),
    customerSessions,
    sessionAttempts: createSessionAttempts(config.session.attempts, sessionKeys[0], ownStores.valkey),
    sessionMayDelete: config.session.mayDelete,
    idempotency: createIdempotency({ store: idempotencyStore, aead: createCipher('idempotency'), deadlineMs }),
    ...{ deadlineMs, mayExplain: config.explain },
    ...createResilienceStack(client.send, config.resilience, ownStores.sharedCache, log),
    ...{ organizations: config.organizations, wifiServerDomain: config.wifiServerDomain },
    ...{ cursorCipher, scrollSessionStore, writeLog, callBudget },
    maxRescanRows: config.cursorRereadMax,
    prefetch: createPrefetch(config.accelerators.has('prefetch') ? config.readAheadRows : Number.POSITIVE_INFINITY),
    maxPageSize: config.maxPageSize,
  });
  return { ...steps, requiresAuthorization: config.mode !== 'demo' && !allowsAnonymous, stores: ownStores };
}
