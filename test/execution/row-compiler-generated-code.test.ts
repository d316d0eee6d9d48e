import { parse, validateExecutionArgs } from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { describe, expect, test, vi } from 'vitest';
import { executePlanned } from '../../src/execution/execute.ts';
import type { CompiledRow } from '../../src/execution/plan.ts';
import { createSelectionPlan } from '../../src/execution/plan.ts';
import { compileRow } from '../../src/execution/row-compiler.ts';
import { rowType, schema } from './support/leaf-fields.ts';

vi.mock(import('../../src/execution/row-compiler.ts'), async (original) =>
  (await import('../support/row-compiler.ts')).compileEarly(await original()),
);

describe('the generated code of a row contains only safe names', () => {
  /** A row plan with names that no document can have. */
  function makerOf(names: readonly string[], property = 'first'): CompiledRow {
    const validated = validateExecutionArgs({ schema, document: parse('{ rows { first } }') });
    if (!('schema' in validated)) throw new Error('invalid', { cause: validated });
    const { fragments, variableValues, operation } = validated;
    const selection = parse(`{ ${property} }`).definitions[0] as typeof operation;
    const { groupedFieldSet } = collectFields(
      schema,
      fragments,
      variableValues,
      rowType,
      selection.selectionSet,
      false,
    );
    const [field] = createSelectionPlan(validated, rowType, groupedFieldSet).fields;
    if (field === undefined) throw new Error('no field');
    const fields = names.map((name) => ({ ...field, name, exposed: name }));
    const blank = Object.fromEntries([...names, 'said'].map((name) => [name, name === 'said' ? names.join() : null]));
    const make = compileRow(fields, blank);
    if (make === undefined) throw new Error('nothing made');
    return make;
  }

  const names = [
    ...[
      '"]; throw 1; //',
      '\\',
      '\\"',
      "'",
      '$'.concat('{1}`'),
      '*/',
      '\n',
      '\r',
      '\u2028',
      '\u2029',
      '\u0000',
      '\ud800',
      '',
    ],
    ...['constructor', 'ключ', '"', '": (() => { throw 1; })(), "', '</script>', 'a'.repeat(100_000)],
  ];

  test.each(names.map((name) => [JSON.stringify(name.slice(0, 40)), name]))(
    'generated code has %s as a key, and no code from it',
    (_, name) => {
      const source = Object.fromEntries([[name, `of ${name}`]]);
      expect(makerOf([name])(source)).toEqual({ [name]: `of ${name}`, said: name });
    },
  );

  test('generated code can have all these keys together', () => {
    const source = Object.fromEntries(names.map((name) => [name, `of ${name}`]));
    expect(makerOf(names)(source)).toEqual({ ...source, said: names.join() });
  });

  test('generated code has no access to values, the schema or the document', () => {
    const written = vi.spyOn(globalThis, 'Function');
    const document = parse(`query Canary1($canary2: Boolean = true) { rows { ...Canary3 } }
      fragment Canary3 on Row { alias: mayLetter @include(if: $canary2) first }`);
    const rows = Array.from({ length: 3 }, () => ({ first: 'canary4', mayLetter: 7 }));
    expect(executePlanned({ schema, document, rootValue: { rows } })).not.toHaveProperty('errors');
    const texts = written.mock.calls.map((given) => given.join('\n'));
    written.mockRestore();
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain('"alias"');
    expect(texts[0]?.toLowerCase()).not.toContain('canary');
    expect(texts[0]).not.toContain('NUMBER');
  });
});
