import type { ObjectRef } from '@pothos/core';
import type { BulkResult } from '../resolvers/bulk-rows.ts';
import { builder } from './builder.ts';
import { userErrors } from './payload.ts';

/** What a mutation of many rows answers, each with the payload that it would have alone. */
export function bulkPayload<P extends object>(name: string, row: ObjectRef<typeof builder.$inferSchemaTypes, P>) {
  return builder.objectRef<BulkResult<P>>(name).implement({
    description: 'What became of each row.',
    fields: (t) => ({
      results: t.field({
        type: [row],
        nullable: { list: false, items: true },
        description: 'One for each row, in their order; null for a row that failed with a GraphQL error.',
        resolve: ({ results }) => results.map(standIn),
      }),
      userErrors: t.expose('userErrors', {
        ...userErrors,
        description: 'What is wrong with the rows as a whole, so that none was written; each row has its own.',
      }),
    }),
  });
}

/** An error stands for its own row only: as a value it does, which Pothos' types do not foresee. */
function standIn<P>(row: Promise<P | Error>): Promise<P> {
  return row as Promise<P>;
}
