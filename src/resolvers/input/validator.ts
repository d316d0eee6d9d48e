import { BadUserInput, type InputParams, type InputReason } from '../../errors.ts';
import { checkCount, checkNumber, type Range } from './problems.ts';
import { type Optional, type ScalarInput, unwrapScalarInput } from './scalar-input.ts';
import { parseText } from './text.ts';

/** An error that the user can correct; `field` is the path from the argument to the invalid value. */
export type UserError = {
  readonly code: InputReason | 'NOT_FOUND' | 'CONFLICT';
  readonly message: string;
  readonly field: readonly string[];
  /** What is allowed, where numbers or a format say it. */
  readonly params?: InputParams | undefined;
};

/**
 * Validates an input field by field and collects all problems, so that the client gets them at once: a mutation as its user
 * errors, and a query as one GraphQL error for each.
 */
export class InputValidator {
  readonly problems: UserError[];
  readonly #path: readonly string[];

  /** @param path the path from the argument to the object that is validated */
  constructor(path: readonly string[] = [], problems: UserError[] = []) {
    this.#path = path;
    this.problems = problems;
  }

  /** Returns a validator for a nested object that adds its problems to this one's. */
  nested(...names: readonly string[]): InputValidator {
    return new InputValidator(this.pathOf(...names), this.problems);
  }

  /** The path from the argument to a field of this object. */
  pathOf(...names: readonly string[]): readonly string[] {
    return [...this.#path, ...names];
  }

  /** Adds a problem, if there is one. @param names the path of the field within this object */
  add(names: readonly string[], error: BadUserInput | undefined): undefined {
    if (error === undefined) return;
    const { reason = 'INVALID', params } = error.problem ?? {};
    this.problems.push({ code: reason, message: error.message, field: this.pathOf(...names), params });
  }

  /** Adds a user error that is about existing data instead of the form of the input. */
  addNotFound(names: readonly string[], message: string): undefined {
    this.problems.push({ code: 'NOT_FOUND', message, field: this.pathOf(...names) });
  }

  /** Parses a field; undefined for an absent field, and for an invalid one, which becomes a problem. */
  parse<T, R>(name: string, input: Optional<ScalarInput<T>>, parse: (value: T) => R): R | undefined {
    if (input == null) return undefined;
    try {
      return parse(unwrapScalarInput<T>(input));
    } catch (error) {
      if (!(error instanceof BadUserInput)) throw error;
      return this.add([name], error);
    }
  }

  /** Returns the value of a scalar field; undefined for an absent or invalid one. */
  value<T>(name: string, input: Optional<ScalarInput<T>>): T | undefined {
    return this.parse<T, T>(name, input, (value) => value);
  }

  /** Parses a text of at most `max` characters, 256 by default. */
  text(name: string, input: Optional<ScalarInput<string>>, max?: number): string | undefined {
    return this.parse<string, string>(name, input, (value) => parseText(value, max));
  }

  /** Checks a whole number; undefined for an absent or invalid one. */
  number(name: string, value: Optional<number>, range: Range): number | undefined {
    const problem = value == null ? undefined : checkNumber(value, range);
    return problem === undefined ? (value ?? undefined) : this.add([name], problem);
  }

  /** Parses the items of a list, each with a path of its own; undefined for an absent list and for one of a wrong length. */
  list<T, R>(
    name: string,
    items: Optional<readonly T[]>,
    range: Range,
    parse: (value: T) => R,
  ): readonly R[] | undefined {
    if (items == null) return undefined;
    const wrongCount = checkCount(items, range);
    if (wrongCount !== undefined) return this.add([name], wrongCount);
    const validator = this.nested(name);
    return items.flatMap((item, index) => validator.parse(String(index), item, parse) ?? []);
  }

  /** @throws {BadUserInput} with an error for each problem, if there are any */
  throwProblems(): void {
    if (this.problems.length === 0) return;
    const errors = this.problems.map(({ code, message, field, params }) => {
      const reason = code === 'NOT_FOUND' || code === 'CONFLICT' ? 'INVALID' : code;
      return new BadUserInput(message, { reason, field, ...(params && { params }) });
    });
    throw new BadUserInput('Some arguments are not valid.', undefined, errors);
  }
}
