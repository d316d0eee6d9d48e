// What a client learns from the schema alone: the format of each scalar, default page sizes, the fields that cost an
// upstream call for each row, and which mutations can be repeated.
import { isScalarType, isSpecifiedScalarType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';

const scalars = Object.values(schema.getTypeMap()).filter((type) => isScalarType(type) && !isSpecifiedScalarType(type));

test('the schema has custom scalars for these tests', () => {
  expect(scalars.length).toBeGreaterThan(5);
});

test.each(scalars.map((scalar) => [scalar.name, scalar]))('the scalar %s links to its specification', (_, scalar) => {
  const url = isScalarType(scalar) ? scalar.specifiedByURL : undefined;
  expect(URL.canParse(url ?? '')).toBe(true);
  expect(new URL(url ?? '').protocol).toBe('https:');
});
