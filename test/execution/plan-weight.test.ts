import {
  type DocumentNode,
  type GraphQLObjectType,
  parse,
  type ValidatedExecutionArgs,
  validateExecutionArgs,
} from 'graphql';
import { expect, test } from 'vitest';
import { createDocumentMemory } from '../../src/execution/document-memory.ts';
import { findPlans } from '../../src/execution/plan-cache.ts';
import { schema } from '../../src/schema/index.ts';
import { collectGarbage } from '../support/collect-garbage.ts';

/** @returns the used heap after a collection, in bytes */
function usedHeap(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

function documentWith(conditions: number): DocumentNode {
  const names = Array.from({ length: conditions }, (_, n) => n);
  const fields = names.map((n) => `s${n}: scopes @include(if: $v${n})`).join(' ');
  return parse(`query (${names.map((n) => `$v${n}: Boolean!`).join(' ')}) { viewer { ${fields} } }`);
}

/** Makes the plan of the root fields, with the bits of a number as the values of the first conditions. */
function plan(
  document: DocumentNode,
  conditions: number,
  bits: number,
  memory: ReturnType<typeof createDocumentMemory>,
) {
  const values = Array.from({ length: conditions }, (_, n) => [`v${n}`, n < 14 && ((bits >> n) & 1) === 1]);
  const args = validateExecutionArgs({ schema, document, variableValues: Object.fromEntries(values) });
  findPlans(args as ValidatedExecutionArgs, memory)?.root(
    args as ValidatedExecutionArgs,
    schema.getQueryType() as GraphQLObjectType,
  );
}

test.each([14, 250])(
  'the weight of the plans of a document with %i conditions is the memory that they take',
  (conditions) => {
    const memory = createDocumentMemory(2 ** 25);
    const document = documentWith(conditions);
    for (let bits = 0; bits < 100; bits += 1) plan(document, conditions, bits, memory);
    const [heap, weight] = [usedHeap(), memory.calculatedSize];
    for (let bits = 100; bits < 500; bits += 1) plan(document, conditions, bits, memory);
    const [held, weighed] = [usedHeap() - heap, memory.calculatedSize - weight];
    expect(weighed).toBeGreaterThan(400 * 1_000);
    expect(held).toBeLessThan(1.3 * weighed);
  },
);
