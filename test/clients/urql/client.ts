import { readFileSync } from 'node:fs';
import { Client, type Exchange, fetchExchange } from '@urql/core';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { createGraphcache } from '../documented/__generated__/urql-with-graphcache.ts';
import type { ClientGateway } from '../gateway.ts';

/** The introspection that makes Graphcache aware of the schema. */
export const introspection = introspectionFromSchema(
  buildSchema(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8')),
);

/** Creates a client of urql with the cache of docs/clients.md. @param exchanges instead of this cache, before `fetchExchange` */
export function createClient(server: ClientGateway, exchanges: Exchange[] = [createGraphcache()]): Client {
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetch: server.fetch,
    exchanges: [...exchanges, fetchExchange],
  });
}
