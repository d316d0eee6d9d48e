import { getArgumentValues, type ValidatedExecutionArgs } from 'graphql';
import type { Context } from '../context.ts';
import { type Access, isAllowed } from '../schema/access.ts';
import type { CallCounter, Objects, ObjectsBelow } from '../schema/call-cost.ts';
import type { CostField } from './cost-plan.ts';
import type { CostEstimate, PlannedCalls } from './operation-cost.ts';

/** A field, and the one above it in the answer. */
type Path = { readonly field: CostField; readonly above: Path | undefined };

/** The endpoint that reads the profile of a contact. */
const profileEndpoint = 'contact';

const query: Objects = { count: 1, names: [], each: 0, read: 'nothing' };

/** Counts the calls of one operation by its cost plan. */
export class CostCounter implements CallCounter, CostEstimate {
  readonly caller: Context['caller'];
  readonly maxPageSize: number;
  calls = 0;
  readonly variableValues: ValidatedExecutionArgs['variableValues'];
  /** The shared calls that are counted: those for contacts, which a write makes necessary again, and all others. */
  readonly #shared = new Map<string, string | Set<string>>();
  #once: Set<string> | undefined;
  #unknownContacts = 0;
  #mayBeSession = false;
  #largest: Path | undefined;
  #largestCalls = 0;
  readonly #plan: PlannedCalls[] | undefined;
  /** Whether the current field needs calls, also where another field makes them. */
  #isAsked = false;
  /** Whether the current field needs the profiles of contacts. */
  #readsProfiles = false;

  /** @param plan receives the fields that need calls, where an operation is explained */
  constructor(
    caller: Context['caller'],
    maxPageSize: number,
    variableValues: ValidatedExecutionArgs['variableValues'],
    plan?: PlannedCalls[],
  ) {
    this.caller = caller;
    this.maxPageSize = maxPageSize;
    this.variableValues = variableValues;
    this.#plan = plan;
  }

  get largest(): CostEstimate['largest'] {
    if (this.#largest === undefined) return undefined;
    return { name: this.#largest.field.name, path: keysOf(this.#largest), calls: this.#largestCalls };
  }

  /** Counts a field of the operation. Fields of a mutation are executed one after the other, each after the writes before it. */
  countRootField(field: CostField, isMutation: boolean): void {
    if (isMutation) this.#shared.clear();
    this.#countField(field, isMutation ? this.unknownContacts(1, 'nothing') : query, undefined);
  }

  add(calls: number): void {
    this.#isAsked ||= calls > 0;
    this.calls += calls;
  }

  addShared(kind: string, { names, each }: Pick<Objects, 'names' | 'each'>): void {
    if (names.length === 0 || each === 0) return;
    this.#isAsked = true;
    this.#readsProfiles ||= kind === 'profile';
    for (const name of names) if (this.#isFirst(kind, name)) this.calls += each;
  }

  addOnce(name: string): void {
    this.#isAsked = true;
    if (this.#once?.has(name)) return;
    this.#once ??= new Set();
    this.#once.add(name);
    this.calls += 1;
  }

  unknownContacts(count: number, read: Objects['read']): Objects {
    this.#unknownContacts += 1;
    return { count, names: [`#${this.#unknownContacts}`], each: count, read }; // no id contains "#"
  }

  startSession(): void {
    this.#mayBeSession = true;
    this.#once = undefined;
  }

  /** Nearly all operations read one contact, for which no set is created. */
  #isFirst(kind: string, name: string): boolean {
    const known = this.#shared.get(kind);
    if (known === undefined) this.#shared.set(kind, name);
    else if (typeof known === 'string') {
      if (known !== name) this.#shared.set(kind, new Set([known, name]));
      return known !== name;
    } else {
      const { size } = known;
      return known.add(name).size > size;
    }
    return true;
  }

  #countField(field: CostField, on: Objects, above: Path | undefined): void {
    const { access, cost, below } = field;
    if (access !== undefined && !this.#mayUse(access)) return;
    const path = { field, above };
    let objects: ObjectsBelow;
    if (cost !== undefined) {
      const before = this.calls;
      this.#isAsked = false;
      this.#readsProfiles = false;
      try {
        objects = cost.count(this, this.#argumentsOf(field) as never, on, field.node);
      } catch {
        return; // the resolver of the field throws the same error
      }
      const calls = this.calls - before;
      if (this.#isAsked) this.#plan?.push(toPlanned(path, cost.endpoints, this.#readsProfiles, calls));
      if (calls > this.#largestCalls) {
        this.#largestCalls = calls;
        this.#largest = path;
      }
    }
    for (const { type, fields } of below) {
      const each = typed(objects ?? on, type);
      if (each !== undefined && each.count > 0) for (const child of fields) this.#countField(child, each, path);
    }
  }

  #mayUse(access: Access): boolean {
    return isAllowed(access, this.caller) || (this.#mayBeSession && access.session);
  }

  #argumentsOf({ constantArgs, definition, node }: CostField): Readonly<Record<string, unknown>> {
    return constantArgs ?? getArgumentValues(definition, node, this.variableValues);
  }
}

function keysOf(place: Path): string[] {
  const keys: string[] = [];
  for (let at: Path | undefined = place; at !== undefined; at = at.above) keys.unshift(at.field.key);
  return keys;
}

/** A field that may search or read contacts by their ids calls the endpoint of profiles only for the latter. */
function toPlanned(place: Path, all: readonly string[], readsProfiles: boolean, calls: number): PlannedCalls {
  const endpoints = all.filter((endpoint) => (endpoint === profileEndpoint) === readsProfiles);
  return { path: keysOf(place).join('.'), field: place.field.name, calls, endpoints };
}

function typed(objects: NonNullable<ObjectsBelow>, type: string | undefined): Objects | undefined {
  if (!('byType' in objects)) return objects;
  return type === undefined ? undefined : objects.byType[type];
}
