import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

export type Generated = { query: string; variables: Record<string, unknown> };

export type GeneratorOptions = {
  /** The values for a scalar, by its name and the name of the argument or input field. Some values may be invalid. */
  scalar(type: string, name: string): readonly unknown[];
  /** The number of root fields of a document and of levels below them. */
  roots: number;
  depth: number;
};

/** A value as a literal in a document and as JSON in a variable. */
type Value = { text: string; json: unknown };

/** Random documents with fragments, aliases, directives and variables that follow the types of the schema, so that nearly all are valid. */
export function documents(schema: GraphQLSchema, options: GeneratorOptions): fc.Arbitrary<Generated> {
  return fc.gen().map((g) => write(schema, options, (limit) => g(fc.nat, { max: limit - 1 })));
}

function write(schema: GraphQLSchema, { scalar, roots, depth }: GeneratorOptions, draw: (limit: number) => number) {
  const variables: Record<string, unknown> = {};
  const definitions = new Map<string, string>();
  const fragments: { name: string; type: string; text: string }[] = [];
  let counter = 0;

  const oneIn = (n: number) => draw(n) === n - 1;
  const pick = <T>(values: readonly T[]): T => values[draw(values.length)] as T; // below the length

  function selectionSet(type: GraphQLNamedOutputType, levels: number): string {
    const selections = Array.from({ length: 1 + draw(3) }, () => selection(type, levels));
    return `{ ${oneIn(6) ? '__typename ' : ''}${selections.join(' ')} }`;
  }

  function selection(type: GraphQLNamedOutputType, levels: number): string {
    const kind = draw(12);
    if (kind === 11) return `...${fragment(type, levels)}${directive()}`;
    if (kind === 10) return `...${directive()} ${selectionSet(type, levels)}`;
    if (isAbstractType(type) && kind > 4) {
      const possible = pick(schema.getPossibleTypes(type));
      return `... on ${possible.name}${directive()} ${selectionSet(possible, levels)}`;
    }
    if (isObjectType(type) || isInterfaceType(type)) return field(Object.values(type.getFields()), levels);
    return '__typename';
  }

  function fragment(type: GraphQLNamedOutputType, levels: number): string {
    const fragmentsOfType = fragments.filter(({ type: on }) => on === type.name);
    if (fragmentsOfType.length > 0 && oneIn(2)) return pick(fragmentsOfType).name;
    const name = `F${counter++}`;
    fragments.push({ name, type: type.name, text: `fragment ${name} on ${type.name} ${selectionSet(type, levels)}` });
    return name;
  }

  function field(fields: readonly GraphQLField<unknown, unknown>[], levels: number): string {
    const leaves = fields.filter(({ type }) => !isCompositeType(getNamedType(type)));
    const branches = fields.filter(({ type }) => isCompositeType(getNamedType(type)));
    const deeper = branches.length > 0 && (leaves.length === 0 || (levels > 0 && draw(5) < 3));
    if (!deeper && leaves.length === 0) return '__typename';
    const chosen = pick(deeper ? branches : leaves);
    const type = getNamedType(chosen.type);
    if (deeper && levels <= -3) return '__typename';
    const alias =
      chosen.args.length > 0
        ? `${chosen.name}_${counter++}: `
        : pick(['', '', '', `x_${chosen.name}: `, deeper || !oneIn(20) ? '' : '__proto__: ']);
    return `${alias}${chosen.name}${args(chosen)}${directive()}${deeper ? ` ${selectionSet(type, levels - 1)}` : ''}`;
  }

  function args({ args: possible }: GraphQLField<unknown, unknown>): string {
    const chosenArguments = possible.flatMap(({ name, type }) => {
      if (!isNonNullType(type) && !oneIn(3)) return [];
      const { text, json } = value(type, name);
      return [`${name}: ${oneIn(4) ? variable(String(type), json) : text}`];
    });
    return chosenArguments.length === 0 ? '' : `(${chosenArguments.join(', ')})`;
  }

  function variable(type: string, json: unknown): string {
    const name = `v${counter++}`;
    definitions.set(name, type);
    if (oneIn(300)) variables[name] = pick([null, {}, [[]], 'no such value']);
    else if (type.endsWith('!') || !oneIn(6)) variables[name] = json;
    return `$${name}`;
  }

  function directive(): string {
    if (draw(5) > 0) return '';
    const condition = pick(['true', 'false', '$yes', '$no', '$maybe']);
    if (condition.startsWith('$')) {
      const name = condition.slice(1);
      definitions.set(name, name === 'maybe' ? 'Boolean = true' : 'Boolean!');
      if (name !== 'maybe') variables[name] = name === 'yes';
      else if (oneIn(20)) variables[name] = null;
    }
    return ` @${pick(['skip', 'include'])}(if: ${condition})`;
  }

  function value(type: GraphQLInputType, name: string): Value {
    if (isNonNullType(type)) return value(type.ofType, name);
    if (oneIn(40)) return { text: 'null', json: null };
    if (isListType(type)) {
      const items = Array.from({ length: draw(4) }, () => value(type.ofType, name));
      return { text: `[${items.map(({ text }) => text).join(', ')}]`, json: items.map(({ json }) => json) };
    }
    if (isEnumType(type)) {
      const { name: chosen } = pick(type.getValues());
      return { text: chosen, json: chosen };
    }
    if (!isInputObjectType(type)) {
      const json = pick(scalar(type.name, name));
      return { text: JSON.stringify(json), json };
    }
    const fields = Object.values(type.getFields());
    const chosenFields = type.isOneOf
      ? [pick(fields)]
      : fields.filter(({ type: inner }) => isNonNullType(inner) || oneIn(fields.length));
    const entries = chosenFields.map((each) => [each.name, value(each.type, each.name)] as const);
    return {
      text: `{${entries.map(([key, { text }]) => `${key}: ${text}`).join(', ')}}`,
      json: Object.fromEntries(entries.map(([key, { json }]) => [key, json])),
    };
  }

  const query = schema.getQueryType();
  const rootFields = Object.values(query?.getFields() ?? {});
  const body = Array.from({ length: roots }, () => field(rootFields, depth)).join('\n  ');
  const declared = [...definitions].map(([name, type]) => `$${name}: ${type}`).join(', ');
  const operation = `query${declared === '' ? '' : `(${declared})`} {\n  ${body}\n}`;
  return { query: [operation, ...fragments.map(({ text }) => text)].join('\n'), variables };
}
