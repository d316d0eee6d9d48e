import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Counts how often validation compares two selections of a document with each other, and stops above a limit.
 *
 * The validation rule "overlapping fields can be merged" compares all fields that have the same name in the response, with
 * all that is selected below them, and all fragments that are spread at the same place: its work grows with the square of
 * the length of the document, and all other rules are linear. This function only counts the pairs, so that a document can be
 * refused before any of them is compared.
 *
 * @param document a parsed document, which need not be valid
 * @param max the count at which the function gives up
 * @returns the number of comparisons; a number above `max` when there are more than that
 */
export function countComparisons(document: DocumentNode, max: number): number {
  const counter = new ComparisonCounter(document, max);
  for (const definition of document.definitions) {
    if ('selectionSet' in definition && definition.selectionSet !== undefined) counter.visit([definition.selectionSet]);
  }
  return counter.count;
}

/** The fields and fragments that are selected at one place of the response. */
type Selections = { readonly fields: Map<string, FieldNode[]>; readonly fragments: Set<FragmentDefinitionNode> };

class ComparisonCounter {
  count: number;
  readonly #max: number;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  /** The rule caches what it has found of a selection set and of a pair of fragments, so each of them counts once. */
  readonly #visited = new Set<SelectionSetNode>();
  readonly #comparedFragments = new Map<FragmentDefinitionNode, Set<FragmentDefinitionNode>>();

  constructor({ definitions }: DocumentNode, max: number) {
    let operations = 0;
    for (const definition of definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
      else if (definition.kind === Kind.OPERATION_DEFINITION) operations += 1;
    }
    // For each operation, other rules visit all fragments that it uses.
    this.count = operations * this.#fragments.size;
    this.#max = max;
  }

  /** @param sets the selection sets of fields that have the same path in the response */
  visit(sets: readonly SelectionSetNode[]): void {
    const [first] = sets;
    if (first === undefined || this.count > this.#max) return;
    if (sets.length === 1) {
      if (this.#visited.has(first)) return;
      this.#visited.add(first);
    }
    const selections: Selections = { fields: new Map(), fragments: new Set() };
    for (const { selections: nodes } of sets) this.#collect(nodes, selections);
    this.#countFragments([...selections.fragments], selections.fields.size);
    for (const nodes of selections.fields.values()) {
      this.count += (nodes.length * (nodes.length - 1)) / 2;
      this.visit(nodes.flatMap(({ selectionSet }) => selectionSet ?? []));
    }
  }

  #collect(nodes: readonly SelectionNode[], selections: Selections): void {
    for (const node of nodes) {
      if (this.count > this.#max) return;
      this.count += 1;
      if (node.kind === Kind.INLINE_FRAGMENT) this.#collect(node.selectionSet.selections, selections);
      else if (node.kind === Kind.FRAGMENT_SPREAD) this.#collectFragment(node.name.value, selections);
      else {
        const { value: name } = node.alias ?? node.name;
        const fields = selections.fields.get(name);
        if (fields === undefined) selections.fields.set(name, [node]);
        else fields.push(node);
      }
    }
  }

  #collectFragment(name: string, selections: Selections): void {
    const fragment = this.#fragments.get(name);
    if (fragment === undefined || selections.fragments.has(fragment)) return;
    selections.fragments.add(fragment);
    this.#collect(fragment.selectionSet.selections, selections);
  }

  /** Each fragment is compared with the fields beside it, and with each of the other fragments, field by field. */
  #countFragments(fragments: readonly FragmentDefinitionNode[], fieldCount: number): void {
    if (fragments.length > 1 || fieldCount > 0) this.count += fragments.length * fieldCount;
    for (const [index, one] of fragments.entries()) {
      const compared = this.#comparedFragments.get(one) ?? new Set();
      this.#comparedFragments.set(one, compared);
      for (const other of fragments.slice(index + 1)) {
        if (this.count > this.#max) return;
        if (compared.has(other)) continue;
        compared.add(other);
        this.count += 1 + one.selectionSet.selections.length;
      }
    }
  }
}
