import { afterAll, beforeAll, describe } from 'vitest';
import { enableCodeGeneration } from '../../../../src/code-generation.ts';
import { count, date, type FieldDecoder, id, undecodable } from '../../../../src/upstream/decode/fields.ts';
import { rowDecoder } from '../../../../src/upstream/decode/row.ts';
import { recordPaths } from '../../../support/reporter.ts';

/** Decodes a row, and returns it with the list of the paths that are reported from then on. */
export function read<T extends object>(decode: FieldDecoder<T>, value: unknown) {
  const { paths, ...reporter } = recordPaths();
  const row = decode(value, reporter, 'rows');
  if (row === undecodable) throw new Error(`not decodable: ${paths.join(', ')}`);
  return { row, paths };
}

/** Creates the decoder of a row with one required field and two optional ones. */
const personDecoder = () =>
  rowDecoder({ cid: 'cid', age: 'years', born: 'born' }, { cid: id, age: count, born: date }, ['cid']);

/**
 * Defines tests of rows twice: once with generated code, and once with defined getters. A class of rows is created with its
 * first row, so each time there is another decoder of a person.
 */
export function describeRows(
  defineTests: (person: ReturnType<typeof personDecoder>, isGenerated: boolean) => void,
): void {
  describe.each([
    ['generated code', true],
    ['defined getters', false],
  ])('rows are decoded with %s', (_, isGenerated) => {
    beforeAll(() => enableCodeGeneration(isGenerated));
    afterAll(() => enableCodeGeneration(true));
    defineTests(personDecoder(), isGenerated);
  });
}
