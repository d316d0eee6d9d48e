import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  separateOperations,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { createDeprecatedInputs, type DeprecatedInputs } from './deprecated-inputs.ts';

/** The coordinates of deprecated members of the schema, like `Contact.locationCid` or `Query.contacts(order:)`. */
type Coordinates = ReadonlySet<string>;

type DocumentUses = {
  readonly coordinates: Coordinates;
  /** Variables whose values can have a deprecated field. */
  readonly variables: readonly { readonly name: string; readonly type: GraphQLInputType }[];
};

/** The executed operation. */
export type OperationText = {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
};

const none: Coordinates = new Set();

/**
 * Creates the function that returns what an operation uses of the deprecated members of a schema, in its text and in its
 * variables. The text of an operation is read once for its document; conditions like `@skip` are not considered.
 */
export function createDeprecatedUses(schema: GraphQLSchema): (operation: OperationText) => Coordinates {
  const inputs = createDeprecatedInputs(schema);
  const known = new WeakMap<DocumentNode, Map<string, DocumentUses>>();
  return ({ document, operationName, variableValues }) => {
    let operations = known.get(document);
    if (operations === undefined) {
      const separate = Object.entries(separateOperations(document));
      operations = new Map(separate.map(([name, each]) => [name, findUses(schema, each, inputs)]));
      known.set(document, operations);
    }
    const uses = operations.get(operationName ?? '') ?? operations.values().next().value;
    if (uses === undefined) return none;
    if (uses.variables.length === 0) return uses.coordinates;
    const all = new Set(uses.coordinates);
    for (const { name, type } of uses.variables) inputs.collect(type, variableValues?.[name], all);
    return all;
  };
}

function findUses(schema: GraphQLSchema, operation: DocumentNode, inputs: DeprecatedInputs): DocumentUses {
  const coordinates = new Set<string>();
  const variables: { name: string; type: GraphQLInputType }[] = [];
  const typeInfo = new TypeInfo(schema);
  const addIfDeprecated = (member: { deprecationReason?: unknown } | null | undefined, coordinate: () => string) => {
    if (member?.deprecationReason != null) coordinates.add(coordinate());
  };
  visit(
    operation,
    visitWithTypeInfo(typeInfo, {
      Field({ name }) {
        addIfDeprecated(typeInfo.getFieldDef(), () => `${typeInfo.getParentType()?.name}.${name.value}`);
      },
      Argument({ name }) {
        const field = () => `${typeInfo.getParentType()?.name}.${typeInfo.getFieldDef()?.name}`;
        addIfDeprecated(typeInfo.getArgument(), () => `${field()}(${name.value}:)`);
      },
      ObjectField({ name }) {
        const parent = getNamedType(typeInfo.getParentInputType());
        if (!isInputObjectType(parent)) return;
        addIfDeprecated(parent.getFields()[name.value], () => `${parent.name}.${name.value}`);
      },
      EnumValue() {
        const value = typeInfo.getEnumValue();
        addIfDeprecated(value, () => `${getNamedType(typeInfo.getInputType())?.name}.${value?.name}`);
      },
      VariableDefinition({ type: node, variable }) {
        const type = typeFromAST(schema, node) as GraphQLInputType | undefined;
        if (type !== undefined && inputs.isPossible(type)) variables.push({ name: variable.name.value, type });
      },
    }),
  );
  return { coordinates, variables };
}
