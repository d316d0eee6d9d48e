import { notAllowed } from './problems.ts';
import type { InputValidator } from './validator.ts';

/** A value of an input, with the name under which the client sent it. */
export type NamedValue<N extends string, T> = { readonly name: N; readonly value: T };

/** Returns a value that has a name and a deprecated one; both at once are a problem. The name is the new one where none is sent. */
export function eitherName<I, C extends keyof I & string, D extends keyof I & string>(
  input: I,
  name: C,
  deprecated: D,
  check: InputValidator,
): NamedValue<C | D, I[C] | I[D]> {
  if (input[deprecated] == null) return { name, value: input[name] };
  if (input[name] != null) check.add([deprecated], bothNames(name, deprecated));
  return { name: deprecated, value: input[deprecated] };
}

/** The error of an input that has a value under two names. */
export function bothNames(name: string, deprecated: string) {
  return notAllowed(`Use "${name}" only: "${deprecated}" is its deprecated name.`);
}
