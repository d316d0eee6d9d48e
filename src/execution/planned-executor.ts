import {
  defaultFieldResolver,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  OperationTypeNode,
} from 'graphql';
import { ensureGraphQLError } from 'graphql/error/ensureGraphQLError.js';
import { buildResolveInfo } from 'graphql/execution/buildResolveInfo.js';
import type { FieldDetailsList } from 'graphql/execution/collectFields.js';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import { promiseReduce } from 'graphql/jsutils/promiseReduce.js';
import type { PlannedField, SelectionPlan } from './plan.ts';
import { isPromiseLike, type ResponseObject, ValueCompletion } from './value-completion.ts';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/**
 * graphql's executor over planned selections: which fields a selection has on a type, and how their values are completed, is
 * computed once for a document instead of for each field of each row (ADR 9 and ADR 18 have the figures and commands).
 *
 * It does what graphql's methods do, in the same order and within the same microtasks, so that errors have the same order.
 * Rare cases use graphql's own methods, which call back for the selections below.
 */
export class PlannedExecutor extends ValueCompletion {
  /** Like graphql's method without the external abort signal; `executePlanned` leaves operations with one to graphql. */
  override executeRootSelectionSetImpl(): ExecutionResult | Promise<ExecutionResult> {
    const respond = (data: ResponseObject | null) => this.buildResponse(data);
    const finish = (response: ExecutionResult) => this.finish(response);
    const fail = (error: unknown) => {
      this.collectedErrors.add(ensureGraphQLError(error), undefined);
      return this.buildResponse(null);
    };
    try {
      const data = this.#executeRoot();
      return data instanceof Promise ? data.then(respond, fail).then(finish) : finish(respond(data));
    } catch (error) {
      return finish(fail(error));
    }
  }

  #executeRoot(): ResponseObject | Promise<ResponseObject> {
    const { schema, operation, rootValue } = this.validatedExecutionArgs;
    const type = schema.getRootType(operation.operation);
    if (type == null) {
      throw new GraphQLError(`Schema is not configured to execute ${operation.operation} operation.`, {
        nodes: operation,
      });
    }
    const plan = this.plans.root(this.validatedExecutionArgs, type);
    const isSerial = operation.operation === OperationTypeNode.MUTATION;
    return isSerial ? this.#executeSerially(plan, rootValue) : this.executePlan(plan, rootValue, undefined);
  }

  override collectAndExecuteSubfields(type: GraphQLObjectType, details: FieldDetailsList, path: Path, source: unknown) {
    return this.executePlan(this.plans.below(this.validatedExecutionArgs, type, details), source, path);
  }

  protected override executePlan(plan: SelectionPlan, source: unknown, path: Path | undefined) {
    this.budget.spend(plan.weight);
    const isReading = this.validatedExecutionArgs.fieldResolver === defaultFieldResolver;
    const made = isReading ? plan.compiledRow?.(source) : undefined;
    const { type, emptyRow } = plan;
    const fields = made === undefined ? plan.fields : plan.uncompiledFields;
    const row: ResponseObject = made ?? { ...emptyRow };
    this.budget.work(fields.length, plan.resolvedFields);
    if (plan.compiledRow === undefined) this.plans.count(this.validatedExecutionArgs, plan);
    let hasPromise = false;
    try {
      for (const field of fields) {
        const value =
          isReading && field.plain !== undefined
            ? this.#executePlain(field, field.plain, type, source, path)
            : this.budget.mustWait
              ? this.#executeFieldInTurn(field, type, source, path)
              : this.#executeField(field, type, source, path);
        row[field.name] = value;
        if (value instanceof Promise) hasPromise = true;
      }
    } catch (error) {
      // The null of a non-null field propagates from here; graphql waits for work that has started, and so does this.
      this.sharedExecutionContext.asyncWorkTracker.addValues(Object.values(row));
      throw error;
    }
    return hasPromise ? this.#fill(row, fields) : row;
  }

  async #fill(row: ResponseObject, fields: readonly PlannedField[]): Promise<ResponseObject> {
    const late = fields.filter(({ name }) => row[name] instanceof Promise);
    const values = await this.promiseAll(late.map(({ name }) => row[name]));
    for (const [index, { name }] of late.entries()) row[name] = values[index];
    return row;
  }

  #executeSerially({ type, fields, emptyRow }: SelectionPlan, root: unknown): ResponseObject | Promise<ResponseObject> {
    const next = (row: ResponseObject, field: PlannedField): ResponseObject | Promise<ResponseObject> => {
      if (this.aborted) throw new Error('Aborted!');
      const keep = (value: unknown) => {
        row[field.name] = value;
        return row;
      };
      const value = this.#executeField(field, type, root, undefined);
      return value instanceof Promise ? value.then(keep) : keep(value);
    };
    return promiseReduce(fields, next, { ...emptyRow });
  }

  /** A function of its own, because a loop that may create a closure takes memory for each field: 4 kB in an operation of W1. */
  #executeFieldInTurn(field: PlannedField, type: GraphQLObjectType, source: unknown, path: Path | undefined) {
    return this.budget.inTurn(() => this.#executeField(field, type, source, path));
  }

  /** Completes a field that reads a property, without creating its path and its resolve info. */
  #executePlain(
    field: PlannedField,
    leaf: GraphQLLeafType,
    type: GraphQLObjectType,
    source: unknown,
    path: Path | undefined,
  ) {
    const { name, details, definition, shape, exposed } = field;
    let value: unknown;
    try {
      value = exposed === undefined ? propertyOf(source, definition.name) : (source as ResponseObject)[exposed];
      if (value == null && !shape.isNonNull) return null;
      if (isPrimitive(value)) return this.completeLeaf(shape, leaf, value);
    } catch (error) {
      this.handleFieldError(error, shape.type, details, addPath(path, name, type.name));
      return null;
    }
    const read: Resolver = (_, ...rest) =>
      typeof value === 'function' && exposed === undefined ? value.apply(source, rest) : value;
    return this.#executeField(field, type, source, path, read);
  }

  #executeField(
    field: PlannedField,
    type: GraphQLObjectType,
    source: unknown,
    path: Path | undefined,
    resolve: Resolver = field.definition.resolve ?? this.validatedExecutionArgs.fieldResolver,
  ): unknown {
    const { shape, details } = field;
    const at = addPath(path, field.name, type.name);
    const info = this.#infoOf(field, type, at);
    let value: unknown;
    try {
      value = resolve(source, field.args ?? this.#argsOf(field), this.validatedExecutionArgs.contextValue, info);
    } catch (error) {
      this.handleFieldError(error, shape.type, details, at);
      return null;
    }
    const place = { details, info };
    return isPromiseLike(value)
      ? this.completePromise(shape, place, at, value)
      : this.completeOrNull(shape, place, at, value);
  }

  #argsOf({ definition, nodes: [node] }: PlannedField) {
    const { variableValues, hideSuggestions } = this.validatedExecutionArgs;
    if (node === undefined) throw new Error('A planned field without a node.'); // each field is planned for its nodes
    return getArgumentValues(definition, node, variableValues, undefined, hideSuggestions);
  }

  #infoOf({ definition, nodes }: PlannedField, type: GraphQLObjectType, at: Path): GraphQLResolveInfo {
    const { getAbortSignal, getAsyncHelpers } = this;
    return buildResolveInfo(this.validatedExecutionArgs, definition, nodes, type, at, getAbortSignal, getAsyncHelpers);
  }
}

/** Reads the property that graphql's default resolver reads, but only once: a getter may be expensive. */
function propertyOf(source: unknown, name: string): unknown {
  if ((typeof source !== 'object' || source === null) && typeof source !== 'function') return undefined;
  return (source as ResponseObject)[name];
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
