import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  getNullableType,
  isLeafType,
  type ValidatedExecutionArgs,
} from 'graphql';
import { buildResolveInfo } from 'graphql/execution/buildResolveInfo.js';
import type { FieldDetailsList } from 'graphql/execution/collectFields.js';
import { collectSubfields } from 'graphql/execution/Executor.js';
import { ExecutorThrowingOnIncremental } from 'graphql/execution/ExecutorThrowingOnIncremental.js';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import { promiseForObject } from 'graphql/jsutils/promiseForObject.js';

/** A field of a selection; `leaf` where it has no arguments and gives a scalar or an enum, which is nearly always. */
type PlannedField = {
  name: string;
  details: FieldDetailsList;
  definition: GraphQLField<unknown, unknown>;
  leaf: GraphQLLeafType | undefined;
};

/** What all rows of one type have in common; `blank` is a row of nulls with the keys in their order. */
type Plan = { fields: readonly PlannedField[]; blank: Readonly<Record<string, unknown>> };

/**
 * The executor of graphql, with a shortcut for what a page of a thousand rows consists of: leaf fields without arguments.
 *
 * graphql asks the schema, the document and the variables again for each field of each row, and collects the row in an
 * object without prototype, which V8 keeps as a hash table and writes slowly as JSON. Here a selection is planned
 * once for an operation. Lists, objects, promises and errors go on through graphql's own methods: there is one answer.
 */
export class PlanningExecutor extends ExecutorThrowingOnIncremental {
  readonly #plans = new Map<FieldDetailsList, Map<GraphQLObjectType, Plan | undefined>>();

  override collectAndExecuteSubfields(
    type: GraphQLObjectType,
    details: FieldDetailsList,
    path: Path,
    source: unknown,
    positionContext: undefined,
  ) {
    const plan = this.#planOf(type, details);
    if (plan === undefined || typeof source !== 'object' || source === null) {
      return super.collectAndExecuteSubfields(type, details, path, source, positionContext);
    }
    const row = { ...plan.blank };
    let hasPromise = false;
    try {
      for (const field of plan.fields) {
        const value =
          field.leaf === undefined
            ? this.executeField(type, source, field.details, addPath(path, field.name, type.name), undefined, undefined)
            : this.#executeLeaf(field, field.leaf, type, source, path);
        row[field.name] = value;
        if (value instanceof Promise) hasPromise = true;
      }
    } catch (error) {
      // A null goes up from here; what has been started is waited for, as graphql does.
      if (hasPromise) this.sharedExecutionContext.asyncWorkTracker.addValues(Object.values(row));
      throw error;
    }
    return hasPromise ? promiseForObject(row, this.promiseAll) : row;
  }

  /** What graphql's `executeField` does, as far as it concerns such a field. */
  #executeLeaf(
    field: PlannedField,
    leaf: GraphQLLeafType,
    type: GraphQLObjectType,
    source: object,
    path: Path,
  ): unknown {
    const { name, details, definition } = field;
    const at = addPath(path, name, type.name);
    try {
      const value = this.#resolve(field, type, source, at);
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        return this.completeLeafValue(leaf, value);
      }
      const info = this.#infoOf(field, type, at);
      return isPromiseLike(value)
        ? this.completePromisedValue(definition.type, details, info, at, value, undefined)
        : this.completeValue(definition.type, details, info, at, value, undefined);
    } catch (error) {
      this.handleFieldError(error, definition.type, details, at);
      return null;
    }
  }

  #resolve(field: PlannedField, type: GraphQLObjectType, source: object, at: Path): unknown {
    const { fieldResolver, contextValue } = this.validatedExecutionArgs;
    const { name, resolve = fieldResolver } = field.definition;
    if (resolve !== defaultFieldResolver) {
      return resolve(source, Object.create(null), contextValue, this.#infoOf(field, type, at));
    }
    const value = (source as Record<string, unknown>)[name];
    if (typeof value !== 'function') return value;
    return value.call(source, Object.create(null), contextValue, this.#infoOf(field, type, at));
  }

  #infoOf({ definition, details }: PlannedField, type: GraphQLObjectType, at: Path) {
    const nodes = details.map(({ node }) => node);
    return buildResolveInfo(
      this.validatedExecutionArgs,
      definition,
      nodes,
      type,
      at,
      this.getAbortSignal,
      this.getAsyncHelpers,
    );
  }

  #planOf(type: GraphQLObjectType, details: FieldDetailsList): Plan | undefined {
    let plans = this.#plans.get(details);
    if (plans === undefined) {
      plans = new Map();
      this.#plans.set(details, plans);
    }
    if (!plans.has(type)) plans.set(type, planOf(type, details, this.validatedExecutionArgs));
    return plans.get(type);
  }
}

function planOf(type: GraphQLObjectType, details: FieldDetailsList, args: ValidatedExecutionArgs): Plan | undefined {
  const { groupedFieldSet, newDeferUsages } = collectSubfields(args, type, details);
  if (newDeferUsages.length > 0) return undefined; // graphql says what is wrong with that
  const fields: PlannedField[] = [];
  for (const [name, fieldDetails] of groupedFieldSet) {
    const definition = args.schema.getField(type, fieldDetails[0]?.node.name.value ?? '');
    if (definition === undefined) return undefined; // validation refuses it
    const nullable = getNullableType(definition.type);
    const leaf = isLeafType(nullable) && definition.args.length === 0 ? nullable : undefined;
    fields.push({ name, details: fieldDetails, definition, leaf });
  }
  // Parsed and copied, a row has all its keys from the beginning, in one shape, and `__proto__` is a key like any other.
  const blank = JSON.parse(`{${fields.map(({ name }) => `"${name}":null`).join(',')}}`);
  return { fields, blank };
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
