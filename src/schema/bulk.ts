import type { ObjectRef } from '@pothos/core';
import type { BulkResult } from '../resolvers/bulk-rows.ts';
import { builder } from './builder.ts';
import { userErrors } from './payload.ts';
import { itemsNullOnlyOnError } from './semantic-non-null.ts';

/** Defines the payload of a bulk mutation: for each row the payload of the single mutation. */
export function bulkPayload<P extends object>(name: string, row: ObjectRef<typeof builder.$inferSchemaTypes, P>) {
  return builder.objectRef<BulkResult<P>>(name).implement({
    description: 'What became of each row.',
    fields: (t) => ({
      results: t.field({
        type: [row],
        nullable: { list: false, items: true },
        description: 'One for each row, in their order; null for a row that failed with a GraphQL error.',
        extensions: itemsNullOnlyOnError,
        resolve: ({ results }) => results.map(standIn),
      }),
      userErrors: t.expose('userErrors', {
        ...userErrors,
        description: 'What is wrong with the rows as a whole, so that none was written; each row has its own.',
      }),
    }),
  });
}

/** Returns an error of a row as a value, which nulls its own row only; Pothos accepts it and its types do not. */
function standIn<P>(row: Promise<P | Error>): Promise<P> {
  return row as Promise<P>;
}
