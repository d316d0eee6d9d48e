import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { DocumentNode } from 'graphql';
import { createYoga, useReadinessCheck } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import type { Authenticate } from './auth/authenticate.ts';
import type { Config } from './config.ts';
import { toKeys } from './cursor-keys.ts';
import { type CursorSeal, createCursorSeal } from './cursor-seal.ts';
import type { Log } from './log.ts';
import { useErrorMask } from './plugins/error-mask.ts';
import { useExecution } from './plugins/execution.ts';
import { readExamples } from './plugins/graphiql/examples.ts';
import { useGraphiQL } from './plugins/graphiql.ts';
import { useJsonBody } from './plugins/json-body.ts';
import { maxBodyBytes, useLimits } from './plugins/limits.ts';
import { useOperation } from './plugins/operation.ts';
import { useOperationLog } from './plugins/operation-log.ts';
import type { ServerContext } from './plugins/plugin.ts';
import { usePrivateSchema } from './plugins/private-schema.ts';
import { useRequestId } from './plugins/request-id.ts';
import { schema } from './schema/index.ts';
import { createSeal, type Seal } from './seal.ts';
import type { UpstreamClient } from './upstream/client.ts';
import { connectValkey } from './upstream/valkey.ts';
import { createValkeyWalkStore } from './upstream/valkey-walk-store.ts';
import { createLocalWalkStore, type WalkStore } from './upstream/walk-store.ts';

export type GatewayOptions = {
  config: Config;
  client: UpstreamClient;
  authenticate: Authenticate;
  log: Log;
  /** What replicas share; of its own, by the configuration, where it is not given. Whoever gives a store closes it. */
  walks?: WalkStore;
  cursors?: CursorSeal;
};

/** Characters of documents that stay parsed. Yoga would count documents, of which each may be as long as allowed. */
const parsedCharacters = 2_000_000;

/** At least 1, which the cache insists on: a document may be empty. */
const sizeOf = (_: unknown, text: string) => text.length + 1;

/** Builds the gateway: schema, plugins in their order, Yoga. It never listens, and works without a server through `fetch`. */
export function createGateway({ config, client, authenticate, log, ...shared }: GatewayOptions) {
  const { organizations, operationDeadlineMs: deadlineMs, publicSchema } = config;
  const keys = toKeys(config.cursorKeys);
  const {
    walks = createWalkStore(config, createSeal(keys, 'walk'), log),
    cursors = createCursorSeal(createSeal(keys, 'cursor')),
  } = shared;
  let ready = true;
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
    parserAndValidationCache: {
      documentCache: new LRUCache<string, DocumentNode>({
        maxSize: parsedCharacters,
        sizeCalculation: sizeOf,
      }),
      errorCache: new LRUCache<string, Error>({ maxSize: parsedCharacters, sizeCalculation: sizeOf }),
    },
    plugins: [
      useRequestId(),
      useReadinessCheck({ endpoint: '/readyz', check: () => ready }),
      publicSchema ? useGraphiQL({ title: 'Contactgraph', tabs: readExamples() }) : usePrivateSchema(),
      useJsonBody(),
      useLimits(),
      useCSRFPrevention({
        requestHeaders: ['graphql-require-preflight', 'apollo-require-preflight', 'x-graphql-yoga-csrf'],
      }),
      useOperation({
        authenticate,
        deadlineMs,
        client,
        organizations,
        cursors,
        walks,
        rereadMax: config.cursorRereadMax,
        maxPageSize: config.maxPageSize,
      }),
      useExecution(),
      useErrorMask({ log, suggestions: publicSchema }),
      useOperationLog(log),
    ],
  });
  return Object.assign(yoga, {
    /** From now on `/readyz` says no; what is in flight goes on. */
    drain() {
      ready = false;
    },
    /** Lets go of what it has opened itself. */
    async close() {
      if (shared.walks === undefined) await walks.close();
    },
  });
}

function createWalkStore({ valkeyUrl, scrollStoreBytes }: Config, seal: Seal, log: Log): WalkStore {
  if (valkeyUrl === undefined) return createLocalWalkStore(scrollStoreBytes);
  const valkey = connectValkey(valkeyUrl.reveal(), (reason) => {
    log.warn({ reason }, 'VALKEY_URL does not answer: until it does, lists may cost more calls');
  });
  return createValkeyWalkStore(valkey, seal);
}

export type Gateway = ReturnType<typeof createGateway>;
