import {
  buildSchema,
  type GraphQLObjectType,
  getNullableType,
  isCompositeType,
  isLeafType,
  isObjectType,
  isUnionType,
} from 'graphql';

// Objects whose fields have every result that a field can have: values, errors, promises, and what is no value at all.

const roots = `
  row: Row, must: Row!, rows: [Row!], thing: Thing, either: Either, mustEithers: [Either!]!, checked: [Checked]
  sum(of: [Int!], and: Int! = 1): Int`;

/** Objects, lists, leaf values, an interface and a union, nullable and not, in queries and mutations. */
export const schema = buildSchema(`
  type Query { ${roots} }
  type Mutation { ${roots} }
  interface Thing { text: String, mustText: String! }
  union Either = Row | Other | Checked
  scalar Any
  enum Kind { ONE TWO }
  type Row implements Thing {
    text: String, mustText: String!, number: Int, mustNumber: Int!, kind: Kind, yes: Boolean!, id: ID
    texts: [String!], mustTexts: [String]!, sum(of: [Int!], and: Int! = 1): Int
    grid: [[Int!]!], ratio: Float, mustRatio: Float!, any: Any, wide(by: Int! = 3): Int!
    either: Either, eithers: [Either!], checked: Checked, mustChecked: Checked!
    row: Row, mustRow: Row!, rows: [Row], mustRows: [Row!]!, thing: Thing!, things: [Thing]
  }
  type Other implements Thing { text: String, mustText: String!, row: Row, wide: Wide! }
  type Checked { text: String, mustText: String!, row: Row, sum(of: [Int!]): Int! }
  type Wide { ${Array.from({ length: 40 }, (_, index) => `f${index}: String`).join(' ')} }
`);

/** Returns the result of a field, which depends on its path only: values, and everything that can replace a value. */
function outcome(type: string, path: string, isTame = false): unknown {
  const hash = hashOf(path);
  const isList = type.startsWith('[');
  const inner = isList ? type.replace(/^\[|\]!?$/g, '') : type.replace('!', '');
  const late = async <T>(value: T) => {
    for (let turn = hash % 4; turn > 0; turn -= 1) await undefined;
    return value;
  };
  const value = () => {
    if (isList) {
      const items = Array.from({ length: hash % 4 }, (_, index) => outcome(inner, `${path}/${index}`));
      // Lists of objects and of lists are left out: graphql does not handle their rejections after the end of an operation.
      if (hash % 5 === 0 && !/^(Row|Either|Checked|Thing|\[)/.test(inner)) return oneByOne(items);
      return hash % 3 === 0 ? new Set(items) : items;
    }
    if (isCompositeType(schema.getType(inner))) return new Source(inner, path, hash);
    const flags = { Boolean: hash % 2 === 0, Kind: 'ONE', Any: { hash } };
    const values = {
      ...flags,
      Int: hash % 11 === 0 ? 2 ** 31 + hash : hash % 100,
      ID: isTame ? `id ${hash}` : hash,
      Float: hash / 7,
    };
    return values[inner as keyof typeof values] ?? `text ${hash % 100}`; // Some types have no such value.
  };
  switch (isTame ? 22 : hash % 23) {
    case 0:
      return null;
    case 1:
      return undefined;
    case 2:
      throw new Error(`thrown at ${path}`);
    case 3:
      return new Error(`returned at ${path}`);
    case 4:
      return rejected(late(0).then(() => Promise.reject(new Error(`rejected at ${path}`))));
    case 5:
      return late(null);
    case 6:
      return hash % 2 === 0 ? { no: 'value' } : Symbol('no value');
    case 7:
      return hash % 2 === 0 ? 'a text' : Number.NaN;
    case 8:
    case 9:
    case 10:
      return rejected(late(0).then(value));
    case 11:
      return () => value();
    default:
      return value();
  }
}

function hashOf(path: string): number {
  return [...path].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0, 7);
}

async function* oneByOne(items: readonly unknown[]) {
  for (const item of items) yield item;
}

/** A rejection in a list that is discarded unread must not end the test. */
function rejected<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Counts the reads of properties, because a getter may be expensive. */
export const reads = new Map<string, number>();

/** An object of the schema, whose fields depend on its path only. */
export class Source {
  readonly __typename: string | undefined;
  readonly #hash: number;
  constructor(type: string, path: string, hash: number) {
    this.#hash = hash;
    const possible = type === 'Either' ? (['Row', 'Checked', 'Other'] as const) : (['Row', 'Other', 'Row'] as const);
    const isAbstract = type === 'Thing' || type === 'Either';
    this.__typename = isAbstract ? [...possible, 'Wide', undefined][hash % 5] : type;
    const isTame = hash % 2 === 0; // These are leaf values from which rows are compiled without a check.
    const known = schema.getType(this.__typename ?? 'Row') as GraphQLObjectType; // The type is one of the schema above.
    for (const field of Object.values(known.getFields())) {
      const at = `${path}.${field.name}`;
      Object.defineProperty(this, field.name, {
        get: () => {
          reads.set(at, (reads.get(at) ?? 0) + 1);
          return outcome(String(field.type), at, isTame && isLeafType(getNullableType(field.type)));
        },
      });
    }
  }

  /** Returns the result of `isTypeOf`, which may be a promise, and is mostly correct. */
  static judge<T>(source: unknown, truth: T, lie: T): T | Promise<T> {
    const hash = source instanceof Source ? source.#hash : 1;
    if (hash % 13 === 0) throw new Error('no judgement');
    const said = hash % 7 === 0 ? lie : truth;
    return hash % 3 === 0 ? Promise.resolve(said) : said;
  }
}

for (const type of Object.values(schema.getTypeMap())) {
  if (type.name === 'Checked' && isObjectType(type)) type.isTypeOf = (source) => Source.judge(source, true, false);
  if (type.name === 'Either' && isUnionType(type)) {
    type.resolveType = (source) => Source.judge(source, Object(source).__typename, 'Wide');
  }
}
