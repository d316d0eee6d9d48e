import { type ASTNode, parse, visit } from 'graphql';

/** A type, field, argument, value or directive of a schema's text. */
export type Member = { path: string; name: string; kind: ASTNode['kind']; description: string };

const kinds = new Set<ASTNode['kind']>([
  'ScalarTypeDefinition',
  'ObjectTypeDefinition',
  'InterfaceTypeDefinition',
  'UnionTypeDefinition',
  'EnumTypeDefinition',
  'InputObjectTypeDefinition',
  'DirectiveDefinition',
  'FieldDefinition',
  'InputValueDefinition',
  'EnumValueDefinition',
]);

/** Everything in a schema's text that can be described, as `Type.field.argument`. */
export function listMembers(sdl: string): Member[] {
  const members: Member[] = [];
  const path: string[] = [];
  visit(parse(sdl), {
    enter(node) {
      if (!isMember(node)) return;
      path.push(node.name.value);
      const description = node.description?.value ?? '';
      members.push({ path: path.join('.'), name: node.name.value, kind: node.kind, description });
    },
    leave(node) {
      if (isMember(node)) path.pop();
    },
  });
  return members;
}

type Named = ASTNode & { name: { value: string }; description?: { value: string } | undefined };

function isMember(node: ASTNode): node is Named {
  return kinds.has(node.kind);
}

/** A sentence, or a text that ends with a `code span`. */
export function isSentence({ description }: Member): boolean {
  return /^[A-Z].*[.`]$/s.test(description);
}

const fillers = new Set(['a', 'an', 'the', 'of']);

/**
 * Whether a description has a word that the name has not. A value of an enum is exempt: `FEMALE` is "Female." and no more
 * can be said.
 */
export function saysMoreThanItsName({ name, kind, description }: Member): boolean {
  const nameWords = new Set(wordsOf(name));
  return (
    kind === 'EnumValueDefinition' || wordsOf(description).some((word) => !fillers.has(word) && !nameWords.has(word))
  );
}

function wordsOf(text: string): string[] {
  const spaced = text.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ');
  return spaced.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}
