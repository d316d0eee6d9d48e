import type { RequestListener } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { enableCodeGeneration } from './code-generation.ts';
import { createOperations, type GatewayOptions } from './gateway/operations.ts';
import { schemaHash } from './gateway/schema-hash.ts';
import { createClientAddress } from './http/client-address.ts';
import { createCors } from './http/cors.ts';
import { createFailureHandler } from './http/failure.ts';
import { createFastPath } from './http/fast-path.ts';
import { createReadiness } from './http/health.ts';
import { createRouter } from './http/router.ts';
import { createTracedRequests } from './http/traced-requests.ts';
import { createAnswerWriter } from './http/write-answer.ts';
import { createPartWriter } from './http/write-parts.ts';
import { createYogaPath } from './http/yoga-path.ts';
import { useBatch } from './plugins/batch.ts';
import { showCost } from './plugins/cost.ts';
import { useCsrfHeaders } from './plugins/csrf-prevention.ts';
import { reportDeprecatedUses } from './plugins/deprecated-uses.ts';
import { useDocumentCache } from './plugins/document-cache.ts';
import { createDocumentStores } from './plugins/document-stores.ts';
import { maskErrors } from './plugins/error-mask.ts';
import { executeWithin, useExecution } from './plugins/execution.ts';
import { explain } from './plugins/explain.ts';
import { trackForeignPlugins } from './plugins/foreign-plugins.ts';
import { readExamples } from './plugins/graphiql/examples.ts';
import { useGraphiQL } from './plugins/graphiql.ts';
import { useIncrementalDelivery } from './plugins/incremental-delivery.ts';
import { useIntrospectionBlock } from './plugins/introspection.ts';
import { useJsonBody } from './plugins/json-body.ts';
import { useLandingPage } from './plugins/landing-page.ts';
import { useLimits } from './plugins/limits.ts';
import { useOperation } from './plugins/operation.ts';
import { logOperations, logSharedOperation, reportOperations } from './plugins/operation-log.ts';
import { endOperationSpan } from './plugins/operation-span.ts';
import type { ServerContext } from './plugins/plugin.ts';
import { useQueryString } from './plugins/query-string.ts';
import { useRequestId } from './plugins/request-id.ts';
import { useResponseType } from './plugins/response-type.ts';
import { composeResultSteps, useResultPipeline } from './plugins/result-pipeline.ts';
import { useRevalidation } from './plugins/revalidation.ts';
import { yogaOptions } from './plugins/yoga-options.ts';
import { schema } from './schema/index.ts';

export type { GatewayOptions };

/**
 * Builds a gateway: schema, plugins in their order, Yoga and the fast path. It does not listen: `listener` is for a server of
 * node:http, and `fetch` works without any server.
 *
 * @throws {Error} when a plugin has a hook that the fast path would bypass
 */
export function createGateway(options: GatewayOptions) {
  const { config, log, isReady = () => true, plugins = [], revokedTokens, observers } = options;
  const { accelerators, publicSchema } = config;
  enableCodeGeneration(accelerators.has('generated-rows'));
  const { authenticateRequest, startOperation, requiresAuthorization, stores, guardState } = createOperations(options);
  const hideSuggestions = !publicSchema;
  const tokenUse = config.mode === 'demo' ? 'none' : requiresAuthorization ? 'required' : 'optional';
  const usePlans = accelerators.has('planned-execution');
  const documentStores = createDocumentStores({ ...config, schema, valkey: stores.valkey });
  const { memory } = documentStores;
  const executeAny = executeWithin(usePlans, config, { hideSuggestions }, memory);
  const executeOperation = observers ? reportDeprecatedUses(executeAny, schema, observers.onDeprecated) : executeAny;
  const extend = composeResultSteps(explain, showCost);
  const mask = maskErrors({ log, publicSchema: publicSchema ? schema : undefined });
  const report = composeResultSteps(
    logOperations(log, config.resilience.slowOperationMs, documentStores.logged),
    endOperationSpan,
    ...(observers === undefined ? [] : [reportOperations(observers.onOperation, documentStores.trusted)]),
  );
  const finish = composeResultSteps(extend, mask, report);
  const readiness = createReadiness(isReady);
  const foreign = trackForeignPlugins(plugins);
  const { basePath, compressFromBytes, corsOrigins, maxBatch, trustedProxies } = config.http;
  const endpoint = `${basePath}/graphql`;
  const clientAddressOf = createClientAddress(trustedProxies);
  const { trace, spanOf } = createTracedRequests(options.tracing);
  const yoga = createYoga<ServerContext>({
    schema,
    ...yogaOptions,
    batching: maxBatch > 0 && { limit: maxBatch },
    plugins: [
      foreign.plugin,
      useRequestId(clientAddressOf, spanOf),
      useLandingPage(publicSchema, endpoint),
      publicSchema
        ? useGraphiQL({
            ...{ endpoint, title: 'Contactgraph', tabs: readExamples() },
            ...{ token: tokenUse, explains: config.explain },
          })
        : useIntrospectionBlock(),
      useResponseType(),
      useQueryString(),
      useJsonBody(maxBatch),
      useBatch(config.explain),
      documentStores.plugin,
      useLimits(documentStores.documents),
      useCsrfHeaders(),
      useOperation(authenticateRequest, startOperation),
      useDocumentCache(documentStores.documents, { hideSuggestions }),
      useExecution(executeOperation),
      useResultPipeline(finish),
      useIncrementalDelivery({ extend, mask, report, maxBytes: config.maxResponseBytes }),
      useRevalidation(),
      ...plugins,
    ],
  });
  const fail = createFailureHandler(log);
  const writeAnswer = createAnswerWriter(compressFromBytes, fail);
  const writeParts = createPartWriter(compressFromBytes > 0);
  const yogaPath = createYogaPath(yoga, fail, { writeAnswer, writeParts });
  const gateway = Object.assign(yoga, {
    ...{ yogaPath, fail, writeAnswer, writeParts, clientAddressOf, spanOf },
    ...documentStores,
    ...{ authenticateRequest, startOperation, requiresAuthorization, finish },
    execute: (args: Omit<ExecutionArgs, 'schema'>) => executeOperation({ schema, ...args }),
    logShared: logSharedOperation(log, observers?.onSharedOperation),
    sharesOperations: accelerators.has('deduplicate') && !config.resilience.off.includes('coalescer'),
    revocations: () => revokedTokens?.count() ?? 0,
    foreignPlugins: foreign.list(),
    /** `isReady` is what `/readyz` answers; after `drain` it answers 503, and pending requests continue. */
    ...readiness,
    /** The state of the gateway now, for metrics and the health report. */
    state: () => ({
      ...{ ...guardState(), valkey: stores.valkeyState(), trustedDocuments: documentStores.trustedLoad().documents },
      ...{ isReady: readiness.isReady(), isDraining: readiness.isDraining(), schemaHash },
    }),
    /** Closes the stores that the gateway opened itself. */
    close: stores.close,
  });
  const graph = accelerators.has('fast-path') ? createFastPath(gateway) : yogaPath;
  const listener: RequestListener = createRouter({
    ...{ graph: trace(graph), pages: yogaPath, hasPlugins: gateway.foreignPlugins.length > 0 },
    ...{ basePath, readiness, cors: createCors(corsOrigins), fail },
  });
  return Object.assign(gateway, { listener });
}

/** A gateway that `createGateway` built. */
export type Gateway = ReturnType<typeof createGateway>;
