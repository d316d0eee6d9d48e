import { buildSchema, parse, validateExecutionArgs } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { canGenerateCode } from '../../src/code-generation.ts';
import { createDocumentMemory } from '../../src/execution/document-memory.ts';
import { executePlanned } from '../../src/execution/execute.ts';
import { findPlans } from '../../src/execution/plan-cache.ts';
import { rootValue, schema } from './support/rows-and-mutations.ts';

const memory = createDocumentMemory(16_000_000);
const limits = { refuse: () => undefined, maxFields: 1e9, endsAt: Number.POSITIVE_INFINITY, memory, owner: '' };

type Variables = Record<string, unknown>;

async function run(document: ReturnType<typeof parse>, variableValues: Variables = {}) {
  return await executePlanned({ schema, document, rootValue, variableValues }, limits);
}

function plansOf(document: ReturnType<typeof parse>, variableValues: Variables = {}) {
  const validated = validateExecutionArgs({ schema, document, variableValues });
  if (!('schema' in validated)) throw new Error('invalid', { cause: validated });
  return findPlans(validated, memory);
}

describe('plans are cached in a bounded cache', () => {
  test('a plan is made once for a document and the values of its @skip and @include conditions', async () => {
    const document = parse('query ($yes: Boolean!, $n: Int) { row(n: $n) { a b @include(if: $yes) } }');
    const [included, left] = [plansOf(document, { yes: true }), plansOf(document, { yes: false })];
    expect(await run(document, { yes: true, n: 1 })).toEqual({ data: { row: { a: 'a', b: 'b' } } });
    expect(await run(document, { yes: false, n: 2 })).toEqual({ data: { row: { a: 'a' } } });
    expect(plansOf(document, { yes: true, n: 3 })).toBe(included);
    expect(plansOf(document, { yes: false })).toBe(left);
    expect(left).not.toBe(included);
  });

  test('a plan belongs to the schema that the document is executed with', async () => {
    const document = parse('{ name }');
    const other = buildSchema('type Query { name: Int }');
    expect(await run(document)).toEqual({ data: { name: 'name' } });
    expect(executePlanned({ schema: other, document, rootValue: { name: 7 } })).toEqual({ data: { name: 7 } });
    expect(await run(document)).toEqual({ data: { name: 'name' } });
  });

  test('the plans of the least recently used document are dropped when 2,000 others have plans', () => {
    const [first, ...others] = Array.from({ length: 2_001 }, (_, n) => parse(`{ name n${n}: name }`));
    if (first === undefined) throw new Error('no document');
    const plans = plansOf(first);
    for (const document of others.slice(1)) plansOf(document);
    expect(plansOf(first)).toBe(plans);
    for (const document of others) plansOf(document);
    expect(plansOf(first)).not.toBe(plans);
  });

  test('a plan belongs to one operation of a document', async () => {
    const document = parse('query One { name } query Two { row { a } }');
    const by = async (operationName: string) => executePlanned({ schema, document, rootValue, operationName });
    expect(await Promise.all([by('One'), by('Two'), by('One')])).toMatchObject([
      { data: { name: 'name' } },
      { data: { row: { a: 'a' } } },
      { data: { name: 'name' } },
    ]);
  });

  test.each([
    ['valid', false],
    ['invalid', null],
  ])('plans are not cached for every combination of many conditions that are %s', async (_, last) => {
    const names = Array.from({ length: 14 }, (_, n) => `c${n}`);
    const declared = [...names, 'last'].map((name) => `$${name}: Boolean = true`);
    const fields = [...names, 'last'].map((name) => `${name}: name @skip(if: $${name})`);
    const document = parse(`query (${declared}) { ${fields} }`);
    const variants = Array.from({ length: 1 << names.length }, (_, bits) => ({
      ...Object.fromEntries(names.map((name, n) => [name, (bits & (1 << n)) !== 0])),
      last,
    }));
    const seen = new Set<unknown>();
    for (const variables of variants) {
      await run(document, variables);
      seen.add(plansOf(document, variables));
    }
    const kept = variants.filter((variables) => seen.has(plansOf(document, variables)));
    expect(kept.length).toBeLessThan(10_000);
  });

  /** A document with many aliases, each with a fragment of many fields. */
  function wide(names: number, fields: number, salt = '') {
    const aliases = Array.from({ length: names }, (_, n) => `r${n}: row { ...F }`);
    const list = Array.from({ length: fields }, (_, n) => `f${n}${salt}: a`);
    return parse(`{ ${aliases} } fragment F on Row { ${list} }`);
  }

  test('a plan that is larger than the limit of an entry is not cached', async () => {
    const [some, many] = [wide(20, 20), wide(100, 100)];
    const plans = [plansOf(some), plansOf(many)];
    const answer = JSON.stringify(await run(many));
    await run(some);
    expect(plansOf(some)).toBe(plans[0]);
    expect(plansOf(many)).not.toBe(plans[1]);
    expect(JSON.stringify(await run(many))).toBe(answer);
  });

  test('a plan whose compiled functions make it larger than the limit is evicted with them', async () => {
    expect(canGenerateCode()).toBe(true); // This probe runs once, before compiled functions are counted.
    const written = vi.spyOn(globalThis, 'Function');
    const rows = { row: { a: 'a', b: 'b', row: { a: 'x', b: 'y' } } };
    const document = wide(50, 60);
    const plans = plansOf(document);
    const run = async () => await executePlanned({ schema, document, rootValue: rows }, limits);
    const answer = await run();
    expect(plansOf(document)).toBe(plans); // The plan has 3,000 fields and no compiled function.
    for (let n = 0; n < 50; n += 1) expect(await run()).toEqual(answer);
    expect(written).toHaveBeenCalledTimes(50);
    expect(plansOf(document)).not.toBe(plans); // The plan with 3,000 fields and the same number in functions exceeds the limit.
    written.mockRestore();
  });

  test('a cached plan keeps its compiled functions', async () => {
    const written = vi.spyOn(globalThis, 'Function');
    const document = wide(20, 20);
    const plans = plansOf(document);
    for (let n = 0; n < 200; n += 1) await run(document);
    expect(plansOf(document)).toBe(plans);
    expect(written).toHaveBeenCalledTimes(20); // The root has no compiled function, because all its fields have resolvers.
    written.mockRestore();
  });

  test('the least recently used plans are evicted when the cache is full', async () => {
    const first = wide(20, 20);
    const plans = plansOf(first);
    for (let n = 0; n < 40; n += 1) await run(wide(40, 80, `_${n}`));
    expect(plansOf(first)).not.toBe(plans);
  });

  test('a plan keeps no mutable argument', async () => {
    const given: unknown[] = [];
    const row = (args: unknown) => given.push(args);
    const document = parse('{ one: row(n: 2) { a } two: row(by: {n: 3}) { a } }');
    for (const _ of [1, 2]) await executePlanned({ schema, document, rootValue: { row } });
    expect(given).toEqual([{ n: 2 }, { n: 1, by: { n: 3 } }, { n: 2 }, { n: 1, by: { n: 3 } }]);
    expect(given.map(Object.isFrozen)).toEqual([true, false, true, false]);
    expect(given[1]).not.toBe(given[3]);
  });
});
