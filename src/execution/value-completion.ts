import type {
  ExecutionResult,
  GraphQLAbstractType,
  GraphQLLeafType,
  GraphQLResolveInfo,
  ValidatedExecutionArgs,
} from 'graphql';
import type { FieldDetailsList } from 'graphql/execution/collectFields.js';
import { createSharedExecutionContext } from 'graphql/execution/createSharedExecutionContext.js';
import { Executor } from 'graphql/execution/Executor.js';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import type { ExecutionBudget } from './budget.ts';
import { createLazyAbortSignal } from './lazy-abort-signal.ts';
import type { OutputShape, SelectionPlan } from './plan.ts';
import type { DocumentPlans } from './plan-cache.ts';

/** The object of a row in the response, by response keys. */
export type ResponseObject = Record<string, unknown>;

/** The place of a field in a document, and the resolve info of its resolver. */
export type FieldLocation = { details: FieldDetailsList; info: GraphQLResolveInfo };

/** A list that is being completed: its items, and those that are completed so far. */
type List = {
  readonly shape: OutputShape;
  readonly place: FieldLocation;
  readonly path: Path;
  readonly items: readonly unknown[];
  readonly completed: unknown[];
};

/** Completes values by output shapes that were computed once for a document. */
export abstract class ValueCompletion extends Executor {
  protected readonly plans: DocumentPlans;
  protected readonly budget: ExecutionBudget;

  constructor(args: ValidatedExecutionArgs, plans: DocumentPlans, budget: ExecutionBudget) {
    super(args, createSharedExecutionContext(undefined));
    this.plans = plans;
    this.budget = budget;
    this.getAbortSignal = createLazyAbortSignal(this);
  }

  /** An operation that is over its budget ends as a whole, instead of with null for each remaining field. */
  override handleFieldError(...[error, type, ...place]: Parameters<Executor['handleFieldError']>): void {
    this.budget.spendError(error);
    if (!this.budget.omitsError(type, this.collectedErrors.errors)) super.handleFieldError(error, type, ...place);
  }

  override buildResponse(data: ResponseObject | null): ExecutionResult {
    return this.budget.complete(super.buildResponse(data));
  }

  protected abstract executePlan(
    plan: SelectionPlan,
    source: unknown,
    path: Path | undefined,
  ): ResponseObject | Promise<ResponseObject>;

  protected complete(shape: OutputShape, place: FieldLocation, at: Path, value: unknown): unknown {
    const { details, info } = place;
    if (value instanceof Error) throw value;
    if (value == null) {
      if (!shape.isNonNull) return null;
      throw new Error(`Cannot return null for non-nullable field ${info.parentType}.${info.fieldName}.`);
    }
    if (shape.leaf !== undefined) return this.completeLeaf(shape, shape.leaf, value);
    if (shape.object !== undefined) {
      shape.plan ??= this.plans.below(this.validatedExecutionArgs, shape.object, details);
      return this.executePlan(shape.plan, value, at);
    }
    if (shape.item !== undefined && Array.isArray(value)) return this.#completeArray(shape.item, place, at, value);
    if (shape.abstract !== undefined) return this.#completeAbstract(shape, shape.abstract, place, at, value);
    return this.completeValue(shape.type, details, info, at, value, undefined);
  }

  #completeAbstract(
    shape: OutputShape,
    type: GraphQLAbstractType,
    place: FieldLocation,
    at: Path,
    value: unknown,
  ): unknown {
    const { details, info } = place;
    const { schema, contextValue, typeResolver } = this.validatedExecutionArgs;
    const completeAs = (given: string | undefined) => {
      const object = this.ensureValidRuntimeType(given, schema, type, details, info, value);
      if (object.isTypeOf == null)
        shape.plans?.set(object.name, this.plans.below(this.validatedExecutionArgs, object, details));
      return this.completeObjectValue(object, details, info, at, value, undefined);
    };
    const name = (type.resolveType ?? typeResolver)(value, contextValue, info, type);
    if (isPromiseLike(name)) {
      return name.then((given) => {
        if (this.aborted) throw new Error('Aborted!');
        return completeAs(given);
      });
    }
    const plan = shape.plans?.get(name ?? '');
    return plan === undefined ? completeAs(name) : this.executePlan(plan, value, at);
  }

  /** Passes a value through where graphql would not change it; a number that `|` changes is no 32-bit integer. */
  protected completeLeaf({ passThroughTypeof }: OutputShape, leaf: GraphQLLeafType, value: unknown): unknown {
    if (typeof value === passThroughTypeof && (typeof value !== 'number' || (value | 0) === value)) return value;
    return this.completeLeafValue(leaf, value);
  }

  protected async completePromise(shape: OutputShape, place: FieldLocation, at: Path, promise: PromiseLike<unknown>) {
    try {
      const value = await promise;
      if (this.aborted) throw new Error('Aborted!');
      this.budget.workForPromise();
      if (this.budget.mustWait) return await this.#inTurn(() => this.complete(shape, place, at, value));
      const completed = this.complete(shape, place, at, value);
      return completed instanceof Promise ? await completed : completed;
    } catch (error) {
      this.handleFieldError(error, shape.type, place.details, at);
      return null;
    }
  }

  #inTurn<T>(work: () => T): Promise<Awaited<T>> {
    return this.budget.inTurn(() => {
      if (this.aborted) throw new Error('Aborted!');
      return work();
    });
  }

  /** Completes a value, or reports its error and returns null, now or when its promise settles. */
  protected completeOrNull(shape: OutputShape, place: FieldLocation, at: Path, value: unknown): unknown {
    try {
      const completed = this.complete(shape, place, at, value);
      return completed instanceof Promise
        ? completed.then(undefined, (error: unknown) => this.#toNull(shape, place, at, error))
        : completed;
    } catch (error) {
      return this.#toNull(shape, place, at, error);
    }
  }

  #toNull({ type }: OutputShape, { details }: FieldLocation, at: Path, error: unknown): null {
    this.handleFieldError(error, type, details, at);
    return null;
  }

  #completeArray(shape: OutputShape, place: FieldLocation, path: Path, items: readonly unknown[]): unknown {
    const list: List = { shape, place, path, items, completed: [] };
    const hasPromise = this.#completeItems(list);
    if (list.completed.length < items.length) return this.#completeInTurns(list);
    return hasPromise ? this.promiseAll(list.completed) : list.completed;
  }

  /** Completes the items of a list from the first that is not completed yet, until the operation has to wait for a turn. */
  #completeItems({ shape, place, path, items, completed }: List): boolean {
    let hasPromise = false;
    let index = completed.length;
    try {
      if (index === 0) this.budget.spend(items.length);
      while (index < items.length) {
        const item = items[index];
        const at = addPath(path, index, undefined);
        const isPromise = isPromiseLike(item);
        if (isPromise) this.budget.workForPromise(); // The resolver of the list has started the work of all items at once.
        const value = isPromise
          ? this.completePromise(shape, place, at, item)
          : this.completeOrNull(shape, place, at, item);
        completed.push(value);
        if (value instanceof Promise) hasPromise = true;
        index += 1;
        if (this.budget.mustWait) break;
      }
    } catch (error) {
      // The null of a non-null field propagates from here; graphql waits for work that has started, and so does this.
      const { asyncWorkTracker } = this.sharedExecutionContext;
      asyncWorkTracker.addValues([...completed, ...items.slice(index)]);
      throw error;
    }
    return hasPromise;
  }

  /** Completes the rest of a long list in several turns of the event loop. */
  async #completeInTurns(list: List): Promise<unknown> {
    const { items, completed } = list;
    // Their rejections are handled at the end, and those of items that are promises when they are completed.
    const { asyncWorkTracker } = this.sharedExecutionContext;
    asyncWorkTracker.addValues([...completed, ...items.slice(completed.length)]);
    while (completed.length < items.length) {
      const from = completed.length;
      await this.#inTurn(() => this.#completeItems(list));
      asyncWorkTracker.addValues(completed.slice(from));
    }
    return this.promiseAll(completed);
  }
}

/** Returns whether a value has a function `then`. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
