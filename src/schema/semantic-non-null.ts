import { DirectiveLocation, GraphQLDirective, GraphQLInt, GraphQLList, GraphQLNonNull } from 'graphql';

/** The directive that shows where null means an error, as Relay, Apollo Kotlin and GraphQL Code Generator read it. */
export const semanticNonNull = new GraphQLDirective({
  name: 'semanticNonNull',
  description:
    'Null comes with an error whose path is that of the field, and never without. Clients that handle errors apart can take it for non-null.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    levels: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLInt))),
      default: { value: [0] },
      description: 'Where this is true: 0 is the field itself, 1 the items of its list.',
    },
  },
});

/** Declares that a field is null only with an error: `extensions: nullOnlyOnError`. */
export const nullOnlyOnError = { semanticNonNull: [0] } as const;

/** Declares that an item of a list is null only with an error. */
export const itemsNullOnlyOnError = { semanticNonNull: [1] } as const;

/** Returns the levels at which a field declares to be null only with an error. */
export function semanticNonNullLevels({ extensions }: { extensions: object }): readonly number[] {
  return (extensions as { semanticNonNull?: readonly number[] }).semanticNonNull ?? []; // set by the declarations above
}

/** Returns the directive of a field as the text of a schema has it; undefined for a field without. */
export function semanticNonNullOf(declared: { extensions: object }): string | undefined {
  const levels = semanticNonNullLevels(declared);
  if (levels.length === 0) return undefined;
  const isDefault = levels.length === 1 && levels[0] === 0;
  return `@${semanticNonNull.name}${isDefault ? '' : `(levels: [${levels.join(', ')}])`}`;
}
