import { BadUserInput } from '../../errors.ts';
import { type Optional, type ScalarInput, unwrapScalarInput } from './scalar-input.ts';
import { parseText } from './text.ts';

/** An error that the user can correct; `field` is the path from the argument to the invalid value. */
export type UserError = {
  readonly code: 'INVALID' | 'REQUIRED' | 'NOT_FOUND' | 'CONFLICT';
  readonly message: string;
  readonly field: readonly string[];
};

/** Validates an input field by field and collects all problems, so that the user gets them at once. */
export class InputValidator {
  readonly problems: UserError[];
  readonly #path: readonly string[];

  constructor(path: readonly string[], problems: UserError[] = []) {
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

  /** Adds a problem. @param names the path of the field within this object */
  addProblem(message: string, names: readonly string[] = [], code: UserError['code'] = 'INVALID'): undefined {
    this.problems.push({ code, message, field: this.pathOf(...names) });
  }

  /** Parses a field; undefined for an absent field, and for an invalid one, which becomes a problem. */
  parse<T, R>(name: string, input: Optional<ScalarInput<T>>, parse: (value: T) => R): R | undefined {
    if (input == null) return undefined;
    try {
      return parse(unwrapScalarInput<T>(input));
    } catch (error) {
      if (!(error instanceof BadUserInput)) throw error;
      return this.addProblem(error.message, [name]);
    }
  }

  /** Returns the value of a scalar field; undefined for an absent or invalid one. */
  value<T>(name: string, input: Optional<ScalarInput<T>>): T | undefined {
    return this.parse<T, T>(name, input, (value) => value);
  }

  /** Parses a text of at most `max` characters, 256 by default. */
  text(name: string, input: Optional<ScalarInput<string>>, max?: number): string | undefined {
    return this.parse<string, string>(name, input, (value) => parseText(name, value, max));
  }
}
