import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './__generated__/graphql-env.d.ts';
import type { Scalars } from './__generated__/scalars.ts';

/** Writes a document whose types TypeScript derives from the schema, without generated types for each document. */
export const graphql = initGraphQLTada<{ introspection: introspection; scalars: Scalars }>();
