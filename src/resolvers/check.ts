import { BadUserInput } from '../errors.ts';
import { type Given, type Optional, orThrow } from './given.ts';
import { parseText } from './text.ts';

/** What a user has to mend; `field` is where, as a path from the argument. */
export type UserError = {
  readonly code: 'INVALID' | 'REQUIRED' | 'NOT_FOUND' | 'CONFLICT';
  readonly message: string;
  readonly field: readonly string[];
};

/** Checks an input field by field, so that all that is wrong with it is told at once. */
export class Check {
  readonly problems: UserError[];
  readonly #path: readonly string[];

  constructor(path: readonly string[], problems: UserError[] = []) {
    this.#path = path;
    this.problems = problems;
  }

  /** The check of an object within, whose problems are this one's. */
  within(...names: readonly string[]): Check {
    return new Check(this.pathOf(...names), this.problems);
  }

  pathOf(...names: readonly string[]): readonly string[] {
    return [...this.#path, ...names];
  }

  refuse(message: string, names: readonly string[] = [], code: UserError['code'] = 'INVALID'): undefined {
    this.problems.push({ code, message, field: this.pathOf(...names) });
  }

  /** What `parse` makes of a field; nothing when it is not given, or refused, which is a problem then. */
  read<T, R>(name: string, given: Optional<Given<T>>, parse: (value: T) => R): R | undefined {
    if (given == null) return undefined;
    try {
      return parse(orThrow<T>(given));
    } catch (error) {
      if (!(error instanceof BadUserInput)) throw error;
      return this.refuse(error.message, [name]);
    }
  }

  value<T>(name: string, given: Optional<Given<T>>): T | undefined {
    return this.read<T, T>(name, given, (value) => value);
  }

  text(name: string, given: Optional<Given<string>>, max?: number): string | undefined {
    return this.read<string, string>(name, given, (value) => parseText(name, value, max));
  }
}
