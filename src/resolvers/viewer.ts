import type { Context } from '../context.ts';

export function viewer(_root: unknown, _args: object, { caller }: Context): Context['caller'] {
  return caller;
}
