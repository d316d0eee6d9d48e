import {
  BREAK,
  type DirectiveNode,
  type DocumentNode,
  GraphQLDeferDirective,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  GraphQLStreamDirective,
  Kind,
  visit,
} from 'graphql';

/** What the planning of a document depends on. */
export type DocumentAnalysis = {
  /** Whether the document uses no fragment arguments. */
  isPlannable: boolean;
  /** The names of the variables in `@skip` and `@include`. */
  conditions: readonly string[];
};

const conditional = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);

/** Finds what the planning of a document depends on. */
export function analyzeDocument(document: DocumentNode): DocumentAnalysis {
  const conditions = new Set<string>();
  let isPlannable = true;
  visit(document, {
    FragmentDefinition({ variableDefinitions = [] }) {
      if (variableDefinitions.length > 0) isPlannable = false;
    },
    Directive(directive) {
      if (conditional.has(directive.name.value)) for (const name of variablesOf(directive)) conditions.add(name);
    },
  });
  return { isPlannable, conditions: [...conditions] };
}

function variablesOf({ arguments: given = [] }: DirectiveNode): string[] {
  return given.flatMap(({ value }) => (value.kind === Kind.VARIABLE ? [value.name.value] : []));
}

const incremental = new Set([GraphQLDeferDirective.name, GraphQLStreamDirective.name]);

/** Whether a document permits that its answer is delivered in parts, by `@defer` or `@stream`. */
export function usesParts(document: DocumentNode): boolean {
  let isFound = false;
  visit(document, {
    Directive({ name }) {
      isFound ||= incremental.has(name.value);
      return isFound ? BREAK : undefined;
    },
  });
  return isFound;
}
