import { buildSchema } from 'graphql';

/** A schema with rows in rows, a field with arguments, and two mutations. */
export const schema = buildSchema(`
  type Query { row(n: Int = 1, by: By): Row, name: String }
  type Mutation { first: String, second: String }
  type Row { a: String, b: String, row: Row }
  input By { n: Int }
`);

/** The values of the queries. */
export const rootValue = { row: { a: 'a', b: 'b', row: { a: 'x', b: 'y' } }, name: 'name' };
