import { type FieldNode, type GraphQLResolveInfo, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Context } from '../../src/context.ts';
import { schema } from '../../src/schema/index.ts';
import { selectedBranchesOfRows } from '../../src/schema/look-ahead.ts';

const [operation] = parse(
  '{ contacts(first: 1) { nodes { cid events { totalCount } devices { totalCount } } } }',
).definitions;
const fieldNodes = (
  operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
) as FieldNode[];
const info = { schema, fieldNodes, fragments: {}, variableValues: { sources: {}, coerced: {} } };

function branchesFor(caller: Partial<Context['caller']>): readonly string[] {
  return selectedBranchesOfRows(info as unknown as GraphQLResolveInfo, { caller, maxPageSize: 100 } as Context);
}

/** The test calls the function, because today each caller that may read a list of contacts may read their branches, too. */
test('the look-ahead counts the branches that the caller may read, also when another caller has sent the document before', () => {
  for (let turn = 0; turn < 2; turn += 1) {
    expect(branchesFor({ scopes: ['customer_read'] })).toEqual(['events', 'devices']);
    expect(branchesFor({ scopes: ['organization_read'] })).toEqual(['events', 'devices']);
    expect(branchesFor({ scopes: undefined })).toEqual(['events', 'devices']);
    expect(branchesFor({ scopes: ['customer_write'] })).toEqual([]);
    expect(branchesFor({ scopes: undefined, isAnonymous: true })).toEqual([]);
  }
});
