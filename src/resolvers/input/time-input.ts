import { wrongFormat } from './problems.ts';
import type { ScalarInput } from './scalar-input.ts';

/** A calendar day of an input, `YYYY-MM-DD`, as the scalar `DateTime` accepts it: the bound of a range may be one. */
export class Day {
  readonly date: string;

  constructor(date: string) {
    this.date = date;
  }
}

/** A parsed `DateTime` of an input. */
export type TimeInput = ScalarInput<Date | Day>;

/** Parses a time where a day is none. @throws {BadUserInput} for a day */
export function parseTime(time: Date | Day): Date {
  if (time instanceof Day) throw wrongFormat('DateTime');
  return time;
}

/** Parses the lower bound of a range: a day begins with its first instant in UTC. */
export function parseLowerBound(time: Date | Day): Date {
  return time instanceof Day ? new Date(`${time.date}T00:00:00.000Z`) : time;
}

/** Parses the upper bound of a range that includes it: a day is included up to its last millisecond in UTC. */
export function parseUpperBound(time: Date | Day): Date {
  return time instanceof Day ? new Date(`${time.date}T23:59:59.999Z`) : time;
}

/** Parses the upper bound of a range that ends before it: after a day, that is the first instant of the next one. */
export function parseEnd(time: Date | Day): Date {
  if (!(time instanceof Day)) return time;
  const last = parseUpperBound(time).getTime();
  return new Date(Math.min(last + 1, Date.UTC(9999, 11, 31, 23, 59, 59, 999)));
}
