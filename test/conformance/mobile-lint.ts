import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from 'graphql';

/**
 * The words that the generators of Apollo iOS and Apollo Kotlin escape, and so the names that an app has to write in another
 * way than the schema: those of Swift, then the hard keywords of Kotlin that are none of Swift's.
 */
const keywords = new Set(
  `_ associatedtype break case catch class continue default defer deinit do else enum extension fallthrough false fileprivate
  func guard if import in init inout internal is let nil operator precedencegroup private protocol public repeat rethrows
  return self static struct subscript super switch throw throws true try typealias var where while as
  for fun interface null object package this typeof val when`.split(/\s+/),
);

/** A name of fields that the generator of Apollo iOS refuses, because its models have a property of this name. */
const refusedField = 'fragments';

/** Types of Swift and of Apollo iOS: what would have such a name gets a suffix. */
const swiftTypes = new Set(
  `Any Bool DataDict DocumentType Double Error Float FragmentContainer Fragments ID Int ParentType Protocol Schema Selection Self
  String Type`.split(/\s+/),
);

/** Values to whose names Apollo Kotlin adds an underscore, because its enum classes have members of these names. */
const kotlinMembers = new Set(['name', 'ordinal', 'type', 'Companion', 'UNKNOWN__']);

/** Cases of Swift's Optional, which hide those of an optional enum: `.none` is its absence then. */
const swiftOptional = new Set(['none', 'some']);

/** What the models of Apollo iOS and Apollo Kotlin would change or not express. @returns a sentence for each, with the coordinate */
export function lintForMobile(sdl: string): string[] {
  const schema = buildSchema(sdl);
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return [
    ...duplicates(types.map(({ name }) => name)).map((name) => `${name} differs from another type only in case.`),
    ...types.flatMap((type) => {
      if (isEnumType(type))
        return lintEnum(
          type.name,
          type.getValues().map(({ name }) => name),
        );
      if (isInputObjectType(type))
        return Object.values(type.getFields()).flatMap((field) => lintInput(type.name, field));
      if (isAbstractType(type) && schema.getPossibleTypes(type).length === 0)
        return [`${type.name} has no possible type.`];
      return isObjectType(type) || isInterfaceType(type) ? lintFields(type.name, Object.values(type.getFields())) : [];
    }),
  ];
}

function lintEnum(type: string, values: readonly string[]): string[] {
  const isReserved = (value: string) =>
    [value, toCamelCase(value)].some((name) => keywords.has(name)) ||
    kotlinMembers.has(value) ||
    swiftOptional.has(toCamelCase(value));
  return [
    ...duplicates(values.map(toCamelCase)).map((name) => `${type} has two values that Apollo iOS calls ${name}.`),
    ...values.filter(isReserved).map((value) => `${type}.${value} is a reserved name of enums.`),
  ];
}

function lintFields(type: string, fields: readonly GraphQLField<unknown, unknown>[]): string[] {
  const composite = fields.filter((field) => isCompositeType(getNamedType(field.type)));
  return [
    ...duplicates(fields.map(({ name }) => name)).map(
      (name) => `${type}.${name} differs from another field only in case.`,
    ),
    ...duplicates(composite.map(modelName)).map((name) => `${type} has two fields whose models are called ${name}.`),
    ...composite.flatMap((field) => {
      const model = modelName(field);
      if (swiftTypes.has(model)) return [`${type}.${field.name} has a model with the name of a type of Swift.`];
      return model === type ? [`${type}.${field.name} has a model with the name of its own type.`] : [];
    }),
    ...fields.flatMap(({ name, args }) => [
      ...(keywords.has(name) || name === refusedField ? [`${type}.${name} is a reserved name of fields.`] : []),
      ...args.flatMap((arg) => lintInput(`${type}.${name}`, arg)),
    ]),
  ];
}

function lintInput(owner: string, { name, type, default: byDefault }: GraphQLArgument | GraphQLInputField): string[] {
  const list = getNullableType(type);
  return [
    ...(keywords.has(name) ? [`${owner}.${name} is a reserved name of inputs.`] : []),
    ...(isListType(list) && !isNonNullType(list.ofType)
      ? [`${owner}.${name} is an input with a list of nullable items.`]
      : []),
    ...(byDefault?.literal?.kind === Kind.NULL
      ? [`${owner}.${name} is an input whose default is null, which is the same as none.`]
      : []),
  ];
}

/** What Apollo iOS calls the model of a field: the name of the field, in the singular if it is a list. */
function modelName({ name, type }: GraphQLField<unknown, unknown>): string {
  const singular = isListType(getNullableType(type)) ? name.replace(/ies$/, 'y').replace(/([^s])s$/, '$1') : name;
  return `${singular.charAt(0).toUpperCase()}${singular.slice(1)}`;
}

/** What Apollo iOS makes of a value of an enum, like `extProp1` of `EXT_PROP_1`. */
function toCamelCase(value: string): string {
  return value.toLowerCase().replaceAll(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function duplicates(names: readonly string[]): string[] {
  const lower = names.map((name) => name.toLowerCase());
  return names.filter((_, n) => lower.indexOf(lower[n] ?? '') < n);
}
