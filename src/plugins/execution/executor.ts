import {
  defaultFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  type ValidatedExecutionArgs,
} from 'graphql';
import { buildResolveInfo } from 'graphql/execution/buildResolveInfo.js';
import type { FieldDetailsList } from 'graphql/execution/collectFields.js';
import { createSharedExecutionContext } from 'graphql/execution/createSharedExecutionContext.js';
import { Executor } from 'graphql/execution/Executor.js';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import { promiseReduce } from 'graphql/jsutils/promiseReduce.js';
import { lateSignal } from './late-signal.ts';
import type { Plan, PlannedField, Shape } from './plan.ts';
import type { Plans } from './plans.ts';

type Row = Record<string, unknown>;

/**
 * The executor of graphql, for selections that are planned: what is selected of which type, and how its values become
 * part of the answer, is not asked again for each field of each row.
 *
 * What is done here is what graphql's methods of the same names do, in the same order and the same ticks, so that the
 * errors come in the same order, too. What is rare goes through graphql's own methods, which come back here.
 */
export class PlanningExecutor extends Executor {
  readonly #plans: Plans;
  readonly #resolve: ValidatedExecutionArgs['fieldResolver'];
  readonly #context: unknown;

  constructor(args: ValidatedExecutionArgs, plans: Plans) {
    super(args, createSharedExecutionContext(undefined));
    this.#plans = plans;
    this.#resolve = args.fieldResolver;
    this.#context = args.contextValue;
    this.getAbortSignal = lateSignal(this);
  }

  override executeCollectedRootFields(type: GraphQLObjectType, root: unknown, _: unknown, serially: boolean) {
    const plan = this.#plans.root(this.validatedExecutionArgs, type);
    return serially ? this.#executeSerially(plan, root) : this.#executeFields(plan, root, undefined);
  }

  override collectAndExecuteSubfields(type: GraphQLObjectType, details: FieldDetailsList, path: Path, source: unknown) {
    return this.#executeFields(this.#plans.below(this.validatedExecutionArgs, type, details), source, path);
  }

  #executeSerially(plan: Plan, root: unknown) {
    const one = (row: Row, field: PlannedField): Row | Promise<Row> => {
      if (this.aborted) throw new Error('Aborted!');
      const value = this.#executeField(field, plan.type, root, undefined);
      const keep = (value: unknown) => {
        row[field.name] = value;
        return row;
      };
      return value instanceof Promise ? value.then(keep) : keep(value);
    };
    return promiseReduce(plan.fields, one, { ...plan.blank });
  }

  #executeFields(plan: Plan, source: unknown, path: Path | undefined): Row | Promise<Row> {
    const { type, fields, blank } = plan;
    const row: Row = { ...blank };
    let late: PlannedField[] | undefined;
    let promises: unknown[] | undefined;
    try {
      for (const field of fields) {
        const value = field.isPlain
          ? this.#executeLeaf(field, type, source, path)
          : this.#executeField(field, type, source, path);
        if (value instanceof Promise) {
          (late ??= []).push(field);
          (promises ??= []).push(value);
        } else row[field.name] = value;
      }
    } catch (error) {
      // A null goes up from here; what has been started is waited for, as graphql does.
      this.sharedExecutionContext.asyncWorkTracker.addValues(promises ?? []);
      throw error;
    }
    return late === undefined || promises === undefined ? row : this.#fill(row, late, promises);
  }

  async #fill(row: Row, fields: readonly PlannedField[], promises: readonly unknown[]): Promise<Row> {
    const values = await this.promiseAll(promises);
    for (const [index, { name }] of fields.entries()) row[name] = values[index];
    return row;
  }

  /** Where it stands, and what a resolver may want to know of that, is made only for those who ask. */
  #executeLeaf(field: PlannedField, type: GraphQLObjectType, source: unknown, path: Path | undefined): unknown {
    const { definition, shape } = field;
    let at: Path | undefined;
    try {
      let value: unknown;
      const { resolve = this.#resolve } = definition;
      if (resolve === defaultFieldResolver) {
        value = propertyOf(source, definition.name);
        if (typeof value === 'function') {
          at = addPath(path, field.name, type.name);
          value = value.call(source, field.args, this.#context, this.#infoOf(field, type, at));
        }
      } else {
        at = addPath(path, field.name, type.name);
        value = resolve(source, field.args, this.#context, this.#infoOf(field, type, at));
      }
      if (value == null && !shape.isNonNull) return null;
      if (shape.leaf !== undefined && isPrimitive(value)) return this.#completeLeaf(shape, shape.leaf, value);
      at ??= addPath(path, field.name, type.name);
      const info = this.#infoOf(field, type, at);
      if (isPromiseLike(value)) return this.#completePromise(shape, field, info, at, value);
      const completed = this.#complete(shape, field, info, at, value);
      return completed instanceof Promise ? this.#orNull(completed, shape, field, at) : completed;
    } catch (error) {
      this.handleFieldError(error, shape.type, field.details, at ?? addPath(path, field.name, type.name));
      return null;
    }
  }

  #executeField(field: PlannedField, type: GraphQLObjectType, source: unknown, path: Path | undefined): unknown {
    const { definition, shape, details } = field;
    const at = addPath(path, field.name, type.name);
    const info = this.#infoOf(field, type, at);
    try {
      const args = field.args ?? this.#argsOf(field);
      const { resolve = this.#resolve } = definition;
      const value = resolve(source, args, this.#context, info);
      if (isPromiseLike(value)) return this.#completePromise(shape, field, info, at, value);
      const completed = this.#complete(shape, field, info, at, value);
      return completed instanceof Promise ? this.#orNull(completed, shape, field, at) : completed;
    } catch (error) {
      this.handleFieldError(error, shape.type, details, at);
      return null;
    }
  }

  #orNull(completed: Promise<unknown>, shape: Shape, field: PlannedField, at: Path): Promise<unknown> {
    return completed.then(undefined, (error) => {
      this.handleFieldError(error, shape.type, field.details, at);
      return null;
    });
  }

  async #completePromise(
    shape: Shape,
    field: PlannedField,
    info: GraphQLResolveInfo,
    at: Path,
    promise: PromiseLike<unknown>,
  ): Promise<unknown> {
    try {
      const value = await promise;
      if (this.aborted) throw new Error('Aborted!');
      const completed = this.#complete(shape, field, info, at, value);
      return completed instanceof Promise ? await completed : completed;
    } catch (error) {
      this.handleFieldError(error, shape.type, field.details, at);
      return null;
    }
  }

  #complete(shape: Shape, field: PlannedField, info: GraphQLResolveInfo, at: Path, value: unknown): unknown {
    if (value instanceof Error) throw value;
    if (value == null) {
      if (!shape.isNonNull) return null;
      throw new Error(`Cannot return null for non-nullable field ${info.parentType}.${info.fieldName}.`);
    }
    if (shape.leaf !== undefined) return this.#completeLeaf(shape, shape.leaf, value);
    if (shape.object !== undefined) {
      shape.plan ??= this.#plans.below(this.validatedExecutionArgs, shape.object, field.details);
      return this.#executeFields(shape.plan, value, at);
    }
    if (shape.item !== undefined && Array.isArray(value)) {
      return this.#completeArray(shape.item, field, info, at, value);
    }
    return this.completeValue(shape.type, field.details, info, at, value, undefined);
  }

  #completeArray(
    shape: Shape,
    field: PlannedField,
    info: GraphQLResolveInfo,
    path: Path,
    items: readonly unknown[],
  ): unknown {
    const completed: unknown[] = [];
    let hasPromise = false;
    let index = 0;
    try {
      for (; index < items.length; index += 1) {
        const item = items[index];
        const at = addPath(path, index, undefined);
        const value = isPromiseLike(item)
          ? this.#completePromise(shape, field, info, at, item)
          : this.#completeItem(shape, field, info, at, item);
        completed.push(value);
        if (value instanceof Promise) hasPromise = true;
      }
    } catch (error) {
      const { asyncWorkTracker } = this.sharedExecutionContext;
      if (hasPromise) asyncWorkTracker.addValues(completed);
      asyncWorkTracker.addValues(items.slice(index + 1));
      throw error;
    }
    return hasPromise ? this.promiseAll(completed) : completed;
  }

  #completeItem(shape: Shape, field: PlannedField, info: GraphQLResolveInfo, at: Path, item: unknown): unknown {
    try {
      const completed = this.#complete(shape, field, info, at, item);
      return completed instanceof Promise ? this.#orNull(completed, shape, field, at) : completed;
    } catch (error) {
      this.handleFieldError(error, shape.type, field.details, at);
      return null;
    }
  }

  /** What graphql would find to be right as it is passes; `0 | 1.5` is another number. */
  #completeLeaf({ passes }: Shape, leaf: GraphQLLeafType, value: unknown): unknown {
    if (typeof value === passes && (typeof value !== 'number' || (value | 0) === value)) return value;
    return this.completeLeafValue(leaf, value);
  }

  #argsOf({ definition, nodes: [node] }: PlannedField) {
    const { variableValues, hideSuggestions } = this.validatedExecutionArgs;
    if (node === undefined) throw new Error('A field stands nowhere.'); // each is planned for a place where it stands
    return getArgumentValues(definition, node, variableValues, undefined, hideSuggestions);
  }

  #infoOf({ definition, nodes }: PlannedField, type: GraphQLObjectType, at: Path): GraphQLResolveInfo {
    const { getAbortSignal, getAsyncHelpers } = this;
    return buildResolveInfo(this.validatedExecutionArgs, definition, nodes, type, at, getAbortSignal, getAsyncHelpers);
  }
}

/** What graphql's own resolver reads, but a getter is read once. */
function propertyOf(source: unknown, name: string): unknown {
  if ((typeof source !== 'object' || source === null) && typeof source !== 'function') return undefined;
  return (source as Row)[name];
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
