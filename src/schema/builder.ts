import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import type { Context } from '../context.ts';
import type { PasswordInput } from '../resolvers/input/password.ts';
import type { ScalarInput } from '../resolvers/input/scalar-input.ts';
import type { TimeInput } from '../resolvers/input/time-input.ts';

/** The one Pothos builder. Types attach themselves to it; `index.ts` imports them all. */
export const builder = new SchemaBuilder<{
  Context: Context;
  Connection: { totalCount: number | undefined };
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: TimeInput; Output: string };
    LocalDateTime: { Input: ScalarInput<string>; Output: string };
    Date: { Input: ScalarInput<string>; Output: string };
    EmailAddress: { Input: ScalarInput<string>; Output: string };
    PhoneNumber: { Input: ScalarInput<string>; Output: string };
    CountryCode: { Input: ScalarInput<string>; Output: string };
    LanguageCode: { Input: ScalarInput<string>; Output: string };
    Password: { Input: PasswordInput; Output: never };
    ByteCount: { Input: never; Output: number | bigint };
    JSONObject: { Input: ScalarInput<Readonly<Record<string, unknown>>>; Output: Record<string, unknown> };
  };
}>({
  plugins: [RelayPlugin],
  relay: {
    cursorType: 'String',
    nodeTypeOptions: { description: 'An object that can be fetched again by its global id.' },
    idFieldOptions: { description: 'The global id: opaque, the same for as long as the object exists.' },
    nodeQueryOptions: false, // node.ts has these fields
    nodesQueryOptions: false,
    pageInfoTypeOptions: { description: 'Where a page stands in its connection.' },
    hasNextPageFieldOptions: { description: 'Whether there are rows behind this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are rows before this page.' },
    startCursorFieldOptions: { description: 'The cursor of the first edge; null on an empty page.' },
    endCursorFieldOptions: {
      description: 'The cursor of the last edge, to ask for the next page with `after`; null on an empty page.',
    },
    cursorFieldOptions: { description: 'The position of this edge: pass it as `after` to read on from here.' },
    nodeFieldOptions: { description: 'The object at this edge.', nullable: false },
    edgesFieldOptions: {
      description: 'The rows of this page, each with its cursor.',
      nullable: { list: false, items: false },
    },
    pageInfoFieldOptions: { description: 'Where this page stands in the connection.' },
    nodesOnConnection: { description: 'The rows of this page, without cursors.' },
  },
});
