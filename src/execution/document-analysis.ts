import {
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
  /** Whether the document uses neither incremental delivery nor fragment arguments. */
  isPlannable: boolean;
  /** The names of the variables in `@skip` and `@include`. */
  conditions: readonly string[];
};

const conditional = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);
const incremental = new Set([GraphQLDeferDirective.name, GraphQLStreamDirective.name]);

/** Finds what the planning of a document depends on. */
export function analyzeDocument(document: DocumentNode): DocumentAnalysis {
  const conditions = new Set<string>();
  let isPlannable = true;
  visit(document, {
    FragmentDefinition({ variableDefinitions = [] }) {
      if (variableDefinitions.length > 0) isPlannable = false;
    },
    Directive(directive) {
      if (incremental.has(directive.name.value)) isPlannable = false;
      if (conditional.has(directive.name.value)) for (const name of variablesOf(directive)) conditions.add(name);
    },
  });
  return { isPlannable, conditions: [...conditions] };
}

function variablesOf({ arguments: given = [] }: DirectiveNode): string[] {
  return given.flatMap(({ value }) => (value.kind === Kind.VARIABLE ? [value.name.value] : []));
}
