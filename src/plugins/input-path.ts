import { type ASTNode, BREAK, type DocumentNode, GraphQLError, Kind, visit } from 'graphql';

/** What graphql says of a variable: its name, and where in its value the invalid part is, like `.device.created` or `[2]`. */
const variableMessage = /^Variable "\$(\w+)" has invalid value(?: at ((?:\.\w+|\[\d+\])+))?:/;

/**
 * Adds to errors about input values the path from the argument to the value, as `extensions.field`. It is the same for a
 * literal and for a variable, because a variable stands where the document first uses it. graphql tells the position of a
 * literal in the text only, and the position of a variable's value in a message.
 *
 * @param errors at most a few: the document is traversed for each of them
 */
export function addInputPaths(errors: readonly GraphQLError[], document: DocumentNode): readonly GraphQLError[] {
  return errors.map((error) => {
    const field = error.path === undefined ? inputPathOf(error, document) : undefined;
    if (field === undefined) return error;
    const { nodes, source, positions, originalError } = error;
    const extensions = { ...error.extensions, field };
    return new GraphQLError(error.message, { nodes, source, positions, originalError, extensions });
  });
}

function inputPathOf({ message, nodes }: GraphQLError, document: DocumentNode): readonly string[] | undefined {
  const [, variable, position = ''] = variableMessage.exec(message) ?? [];
  if (variable === undefined) return nodes?.[0] && findPath(document, isCopyOf(nodes[0]));
  const use = findPath(document, (node) => node.kind === Kind.VARIABLE && node.name.value === variable);
  return use && [...use, ...position.split(/[.[\]]+/).filter((name) => name !== '')];
}

/** Recognizes a node by its place, because graphql reports a copy of an object or list without its variables. */
function isCopyOf({ kind, loc }: ASTNode): (node: ASTNode) => boolean {
  return (node) => node.kind === kind && node.loc?.start === loc?.start;
}

/** The path of the first node below an argument that fulfills a condition: names of fields, and indexes of lists. */
function findPath(document: DocumentNode, isWanted: (node: ASTNode) => boolean): readonly string[] | undefined {
  let found: readonly string[] | undefined;
  visit(document, {
    VariableDefinition: () => false,
    enter(node, _key, parent, _path, ancestors) {
      if (!isWanted(node)) return undefined;
      found = toNames([...ancestors, ...(parent === undefined ? [] : [parent]), node]);
      return BREAK;
    },
  });
  return found;
}

/** The names of arguments and fields, and the indexes in lists, of a chain of nodes and arrays of nodes. */
function toNames(chain: readonly (ASTNode | readonly ASTNode[])[]): readonly string[] | undefined {
  const names = chain.flatMap((node, index) => {
    if ('kind' in node) return node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD ? [node.name.value] : [];
    const owner = chain[index - 1];
    const isList = owner !== undefined && 'kind' in owner && owner.kind === Kind.LIST;
    return isList ? [String(node.indexOf(chain[index + 1] as ASTNode))] : [];
  });
  return names.length === 0 ? undefined : names;
}
