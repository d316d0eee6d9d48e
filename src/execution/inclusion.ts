import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  type SelectionNode,
  type ValidatedExecutionArgs,
} from 'graphql';

/** Whether `@skip` and `@include` leave a selection in an operation with these variables. */
export function isIncluded(
  selection: SelectionNode,
  variableValues: ValidatedExecutionArgs['variableValues'],
): boolean {
  if (!selection.directives?.length) return true;
  try {
    return (
      getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.['if'] !== true &&
      getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.['if'] !== false
    );
  } catch {
    return true; // an invalid condition is an error of its field, which execution reports
  }
}
