import { BREAK, type DocumentNode, type GraphQLSchema, isObjectType, visit } from 'graphql';

/** The names of the secret fields of each schema. */
const secretNames = new WeakMap<GraphQLSchema, ReadonlySet<string>>();

/** Whether documents select a secret field; documents are the keys. */
const selections = new WeakMap<DocumentNode, boolean>();

/**
 * Whether the answer to a document may hold a secret, like an access token: it selects a field that the schema declares as
 * secret, in any of its operations. Fields are found by names alone, so that another field of the same name counts as well. It
 * is found out once for a document.
 */
export function selectsSecret(schema: GraphQLSchema, document: DocumentNode): boolean {
  let isFound = selections.get(document);
  if (isFound === undefined) {
    isFound = findSecretField(document, namesOf(schema));
    selections.set(document, isFound);
  }
  return isFound;
}

function findSecretField(document: DocumentNode, names: ReadonlySet<string>): boolean {
  let isFound = false;
  visit(document, {
    Field({ name }) {
      isFound = names.has(name.value);
      return isFound ? BREAK : undefined;
    },
  });
  return isFound;
}

function namesOf(schema: GraphQLSchema): ReadonlySet<string> {
  let names = secretNames.get(schema);
  if (names === undefined) {
    const types = Object.values(schema.getTypeMap()).filter(isObjectType);
    const secret = types.flatMap((type) =>
      Object.values(type.getFields()).filter((field) => field.extensions['secret']),
    );
    names = new Set(secret.map(({ name }) => name));
    secretNames.set(schema, names);
  }
  return names;
}
