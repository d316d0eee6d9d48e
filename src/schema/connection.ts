import type { ArgBuilder, InterfaceRef, ObjectRef } from '@pothos/core';
import { builder } from './builder.ts';

type Types = typeof builder.$inferSchemaTypes;

builder.globalConnectionField('totalCount', (t) =>
  t.exposeInt('totalCount', {
    description: 'Rows on all pages together; null where the upstream does not tell, or miscounts.',
  }),
);

/** The end of the description of the id of a row that the upstream has no call for. */
export const notFetchable =
  'It is a key for client caches, and the same in every answer. `node` does not take it: read the list of the contact again.';

type RowRef<T> = ObjectRef<Types, T> | InterfaceRef<Types, T>;

/** Defines the connection and the edge of a type: `DeviceConnection` and `DeviceEdge` for `Device`. @param rows what the rows are, for the descriptions */
export function connectionOf<T>(ref: RowRef<T>, rows: string, edge = edgeOf(ref, rows)) {
  return builder.connectionObject(
    { type: ref, name: `${ref.name}Connection`, description: `A page of ${rows}.` },
    edge,
  );
}

/** Defines the edge of a type, for a connection whose edge other types have as well. */
export function edgeOf<T>(ref: RowRef<T>, rows: string) {
  return builder.edgeObject({
    type: ref,
    name: `${ref.name}Edge`,
    description: `One of ${rows}, with its position.`,
  });
}

/** Defines the arguments of a connection that is read forward. */
export function forwardArgs(arg: ArgBuilder<Types>) {
  return {
    first: arg.int({
      description: 'How many rows, from 1 to the configured maximum (1000 by default).',
      defaultValue: 20,
    }),
    after: arg.string({ description: 'Read on behind this cursor, from an earlier page of the same query.' }),
  };
}

/** Defines the arguments of a connection that is read in both directions. */
export function bidirectionalArgs(arg: ArgBuilder<Types>) {
  return {
    ...forwardArgs(arg),
    first: arg.int({
      description:
        'How many rows, from 1 to the configured maximum (1000 by default). The default is for a page without `last`.',
      defaultValue: 20,
    }),
    last: arg.int({
      description:
        'How many rows before `before`, or of the end of the list, from 1 to the configured maximum (1000 by default).',
    }),
    before: arg.string({ description: 'Read what comes before this cursor, from an earlier page of the same query.' }),
  };
}
