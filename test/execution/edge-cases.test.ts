import fc from 'fast-check';
import { type ExecutionArgs, execute, GraphQLObjectType, parse, validate } from 'graphql';
import { expect, test, vi } from 'vitest';
import { executePlanned } from '../../src/execution/execute.ts';
import { documents } from '../support/documents.ts';
import { compiledRows } from '../support/row-compiler.ts';
import { reads, Source, schema } from './support/field-outcomes.ts';

vi.mock(import('../../src/execution/row-compiler.ts'), async (original) =>
  (await import('../support/row-compiler.ts')).compileEarly(await original()),
);

/** `EXECUTION_SEED` repeats a run. */
const seed = Number(process.env['EXECUTION_SEED'] ?? Date.now() % 2 ** 31);

// Half of the fields have resolvers of their own, which return the arguments that graphql passes.
for (const type of Object.values(schema.getTypeMap())) {
  if (!(type instanceof GraphQLObjectType) || type.name.startsWith('__')) continue;
  for (const [index, field] of Object.values(type.getFields()).entries()) {
    if (index % 2 === 0) continue;
    field.resolve = (source, args, context, info) => {
      seen.push(JSON.stringify([args, context, info.path, info.fieldNodes, info.fieldName, info.parentType]));
      const value = Object(source)[field.name];
      return typeof value === 'function' ? value() : value;
    };
  }
}
let seen: string[] = [];

/** Returns the same variables with inverted conditions. */
function turned(variables: Record<string, unknown>, turn: number): Record<string, unknown> {
  const bits = { yes: (turn & 1) === 0, no: (turn & 2) !== 0 };
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, bits[name as 'yes'] ?? value]));
}

test('the response is identical to that of graphql for every result that a field can have', async () => {
  const tally = { valid: 0, mutations: 0, errors: 0, nulls: 0 };
  process.stdout.write(`EXECUTION_SEED=${seed}\n`);
  const scalar = () => [1, 2, 3];
  const property = fc.asyncProperty(
    fc.noBias(documents(schema, { scalar, roots: 2, depth: 2 })),
    fc.nat({ max: 1e6 }),
    async ({ query, variables }, salt) => {
      const isMutation = salt % 4 === 0;
      const document = parse(isMutation ? query.replace(/^query/, 'mutation') : query);
      if (validate(schema, document).length > 0) return;
      tally.valid += 1;
      if (isMutation) tally.mutations += 1;
      compiledRows.rowsBeforeCompiling = salt % 3 === 0 ? Number.POSITIVE_INFINITY : 1;
      // The plan that is cached with a document must be correct for other variables, too.
      for (const turn of [0, 1, 2, 3, 0, 4, 8]) {
        const run = async (executor: (args: ExecutionArgs) => unknown) => {
          seen = [];
          reads.clear();
          const rootValue = new Source('Query', `${salt + turn}`, 0);
          const variableValues = turned(variables, turn);
          const contextValue = 'context';
          const result = await executor({ schema, document, variableValues, rootValue, contextValue });
          return { text: JSON.stringify(result), seen: seen.sort(), reads: new Map(reads) };
        };
        const expected = await run(execute);
        const answer = await run(executePlanned);
        expect(answer.text).toBe(expected.text);
        expect(answer.seen).toEqual(expected.seen);
        // A compiled row also reads the fields after an error, and a row that cannot be compiled is read again.
        const once = compiledRows.rowsBeforeCompiling === 1 ? [] : answer.reads;
        for (const [at, count] of once) expect(count, at).toBeLessThanOrEqual(expected.reads.get(at) ?? 0);
        if (expected.text.includes('"errors"')) tally.errors += 1;
        if (expected.text.includes('non-nullable')) tally.nulls += 1;
      }
    },
  );
  await fc.assert(property, { seed, numRuns: 2_000, endOnFailure: true });
  process.stdout.write(`${JSON.stringify({ ...tally, compiledRows })}\n`);
  expect(tally.valid).toBeGreaterThan(1_000);
  expect(tally.mutations).toBeGreaterThan(200);
  expect(tally.errors).toBeGreaterThan(2_000);
  expect(tally.nulls).toBeGreaterThan(800);
  expect(compiledRows.completed).toBeGreaterThan(500);
  expect(compiledRows.requested - compiledRows.completed).toBeGreaterThan(200);
}, 120_000);
