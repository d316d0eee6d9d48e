import { type DocumentNode, type GraphQLError, Kind, validateExecutionArgs } from 'graphql';
import type { Caller } from '../auth/caller.ts';
import { estimateCost } from '../cost/estimate-cost.ts';
import type { LargestField } from '../cost/operation-cost.ts';
import { schema } from '../schema/index.ts';

/** How many upstream calls an operation of a document can make at most. */
export type OperationCosts = {
  /** Undefined for an operation without a name. */
  readonly name: string | undefined;
  readonly calls: number;
  /** The field that costs most; undefined for an operation without a call. */
  readonly largest: LargestField | undefined;
};

/** A caller that may use every field, and whose organization is known. */
const caller: Caller = {
  ...{ organizationId: '', subject: '', scopes: undefined },
  credential: { id: '', bearer: refuseCall, onRejected: refuseCall },
};

async function refuseCall(): Promise<never> {
  throw new Error('An estimate makes no call.');
}

/**
 * Computes the costs of all operations of a valid document, each with those of the variables that it declares.
 *
 * @param maxPageSize the most rows of one page; a field with a larger page fails, and costs nothing
 * @returns the costs, and the errors of operations whose variables are missing or have another type
 */
export function computeCosts(
  document: DocumentNode,
  variableValues: Readonly<Record<string, unknown>>,
  maxPageSize: number,
): { costs: OperationCosts[]; errors: GraphQLError[] } {
  const costs: OperationCosts[] = [];
  const errors: GraphQLError[] = [];
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const name = definition.name?.value;
    const args = validateExecutionArgs({ schema, document, variableValues, operationName: name });
    if ('schema' in args) {
      const { calls, largest } = estimateCost(args, { caller, maxPageSize });
      costs.push({ name, calls, largest });
    } else errors.push(...args);
  }
  return { costs, errors };
}
