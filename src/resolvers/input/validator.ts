import { BadUserInput } from '../../errors.ts';
import { type Optional, type ScalarInput, unwrapScalarInput } from './scalar-input.ts';
import { parseText } from './text.ts';

/** What a user has to mend; `field` is where, as a path from the argument. */
export type UserError = {
  readonly code: 'INVALID' | 'REQUIRED' | 'NOT_FOUND' | 'CONFLICT';
  readonly message: string;
  readonly field: readonly string[];
};

/** Checks an input field by field, so that all that is wrong with it is told at once. */
export class InputValidator {
  readonly problems: UserError[];
  readonly #path: readonly string[];

  constructor(path: readonly string[], problems: UserError[] = []) {
    this.#path = path;
    this.problems = problems;
  }

  /** The check of an object within, whose problems are this one's. */
  nested(...names: readonly string[]): InputValidator {
    return new InputValidator(this.pathOf(...names), this.problems);
  }

  pathOf(...names: readonly string[]): readonly string[] {
    return [...this.#path, ...names];
  }

  addProblem(message: string, names: readonly string[] = [], code: UserError['code'] = 'INVALID'): undefined {
    this.problems.push({ code, message, field: this.pathOf(...names) });
  }

  /** What `parse` makes of a field; nothing when it is not given, or refused, which is a problem then. */
  parse<T, R>(name: string, given: Optional<ScalarInput<T>>, parse: (value: T) => R): R | undefined {
    if (given == null) return undefined;
    try {
      return parse(unwrapScalarInput<T>(given));
    } catch (error) {
      if (!(error instanceof BadUserInput)) throw error;
      return this.addProblem(error.message, [name]);
    }
  }

  value<T>(name: string, given: Optional<ScalarInput<T>>): T | undefined {
    return this.parse<T, T>(name, given, (value) => value);
  }

  text(name: string, given: Optional<ScalarInput<string>>, max?: number): string | undefined {
    return this.parse<string, string>(name, given, (value) => parseText(name, value, max));
  }
}
