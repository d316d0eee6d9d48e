import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  GraphQLStreamDirective,
  getDirectiveValues,
  Kind,
  type OperationDefinitionNode,
  type ValidatedExecutionArgs,
  visit,
} from 'graphql';
import { BadUserInput, QueryTooExpensive } from '../errors.ts';
import { countResponseFields } from './response-fields/count.ts';
import { sizeArguments } from './response-fields/rows.ts';

/** How large the answer of one operation may be. */
export type ResponseFieldLimits = {
  /** Fields and list items of the answer. */
  readonly maxResponseFields: number;
  /** Rows of one page. */
  readonly maxPageSize: number;
};

/** Counts that are kept for one operation of a document, each for one set of variables. */
const maxKeptCounts = 20;

/** The variables on which the number of fields depends, and the numbers that were counted for their values. */
type Counts = { readonly variables: readonly string[]; readonly byValues: Map<string, number> };

/**
 * Creates the function that counts the fields of the answer to an operation before anything of it is executed. They are
 * counted once for an operation of a parsed document and the values of the variables that the number depends on.
 *
 * @returns a function that throws {QueryTooExpensive} for an operation whose answer could have more fields than allowed, and
 *   {BadUserInput} for a `@stream` that is out of range
 */
export function countFieldsWithin({ maxResponseFields, maxPageSize }: ResponseFieldLimits) {
  const kept = new WeakMap<OperationDefinitionNode, Counts>();

  function count(args: ValidatedExecutionArgs): number {
    let counts = kept.get(args.operation);
    if (counts === undefined) {
      counts = { variables: sizingVariables(args.document), byValues: new Map() };
      kept.set(args.operation, counts);
    }
    const { variables, byValues } = counts;
    const { coerced } = args.variableValues;
    const values = variables.length === 0 ? '' : variables.map((name) => sizeOf(coerced[name])).join();
    let fields = byValues.get(values);
    if (fields === undefined) {
      checkInitialCounts(args, maxPageSize);
      fields = countResponseFields(args, maxPageSize);
      if (byValues.size >= maxKeptCounts) byValues.clear();
      byValues.set(values, fields);
    }
    return fields;
  }

  return (args: ValidatedExecutionArgs): number => {
    const fields = count(args);
    if (fields > maxResponseFields) throw tooManyFields(maxResponseFields);
    return fields;
  };
}

/** The error of an operation whose answer has more fields than allowed, or could have. */
export function tooManyFields(maxResponseFields: number): QueryTooExpensive {
  return new QueryTooExpensive(
    `The answer to one request has at most ${maxResponseFields} fields and list items. Ask for fewer rows, fields or aliases.`,
  );
}

/** What an operation is answered with that is refused as a whole. */
export function refusal(originalError: Error): ExecutionResult {
  return { errors: [new GraphQLError(originalError.message, { originalError })] };
}

/**
 * Checks how many items of its lists a client wants in the first part of its answer, also where the answer is whole: graphql
 * checks it while it executes a list, and its error would be one of the gateway.
 *
 * @throws {BadUserInput}
 */
function checkInitialCounts({ document, variableValues }: ValidatedExecutionArgs, maxPageSize: number): void {
  visit(document, {
    Field(node) {
      const { initialCount = 0 } = getDirectiveValues(GraphQLStreamDirective, node, variableValues) ?? {};
      if (Number(initialCount) >= 0 && Number(initialCount) <= maxPageSize) return;
      throw new BadUserInput(`The initialCount of @stream is a number from 0 to ${maxPageSize}.`);
    },
  });
}

/** Variables of `@skip`, `@include`, of `@stream` and of arguments that say how many rows there are. */
function sizingVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  const conditions = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name]);
  visit(document, {
    Argument({ name, value }) {
      if (value.kind === Kind.VARIABLE && (sizeArguments.has(name.value) || name.value === 'initialCount'))
        names.add(value.name.value);
    },
    Directive({ name, arguments: args = [] }) {
      if (!conditions.has(name.value)) return;
      for (const { value } of args) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

function sizeOf(value: unknown): string {
  return Array.isArray(value) ? `${value.length} items` : String(value);
}
