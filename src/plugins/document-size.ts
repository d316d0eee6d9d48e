import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

/** What is counted in a document, with the largest number that is allowed. */
const limits = {
  'root fields': 300,
  'fields and fragments in one selection': 500,
  aliases: 500,
  fragments: 150,
  directives: 250,
  'directives at one place': 10,
  'characters in a label': 200, // an answer repeats a label for each row of a list
  'items in a list': 1_000,
  'levels of lists and objects in a value': 40, // a JSONObject may have 32 of them, within an argument
};

type Counted = keyof typeof limits;

const names = Object.keys(limits) as Counted[];

/**
 * Finds the first of the limits on the parts of a document that it exceeds, before the document is validated. The limit on
 * tokens alone would allow 2,500 fields with an alias: each of them is a call of a resolver, and a key of the answer.
 *
 * @param document a parsed document, which need not be valid. Time is linear in its length
 * @returns what a document may have, as a public message; undefined within all limits
 */
export function findExcess(document: DocumentNode): string | undefined {
  const counts = countParts(document);
  const name = names.find((each) => counts[each] > limits[each]);
  return name && `A document has at most ${limits[name]} ${name}.`;
}

/** @returns the numbers of parts in the whole document, and the largest numbers at one place */
function countParts(document: DocumentNode): Record<Counted, number> {
  const counts = Object.fromEntries(names.map((name) => [name, 0])) as Record<Counted, number>;
  const add = (name: Counted, count = 1) => {
    counts[name] += count;
  };
  const raise = (name: Counted, count: number) => {
    counts[name] = Math.max(counts[name], count);
  };
  let levels = 0;
  visit(document, {
    enter(node) {
      const { directives = [] } = node as { directives?: readonly DirectiveNode[] };
      add('directives', directives.length);
      raise('directives at one place', directives.length);
      if (node.kind === Kind.FIELD && node.alias !== undefined) add('aliases');
      if (node.kind === Kind.FRAGMENT_DEFINITION) add('fragments');
      if (node.kind === Kind.SELECTION_SET) raise('fields and fragments in one selection', node.selections.length);
      if (node.kind === Kind.OPERATION_DEFINITION) raise('root fields', node.selectionSet.selections.length);
      if (node.kind === Kind.DIRECTIVE) raise('characters in a label', labelLength(node));
      if (node.kind === Kind.LIST) raise('items in a list', node.values.length);
      if (node.kind !== Kind.LIST && node.kind !== Kind.OBJECT) return;
      levels += 1;
      raise('levels of lists and objects in a value', levels);
    },
    leave({ kind }) {
      if (kind === Kind.LIST || kind === Kind.OBJECT) levels -= 1;
    },
  });
  return counts;
}

/** The length of the label of `@defer` or `@stream`. */
function labelLength({ arguments: args = [] }: DirectiveNode): number {
  const value = args.find(({ name }) => name.value === 'label')?.value;
  return value?.kind === Kind.STRING ? value.value.length : 0;
}
