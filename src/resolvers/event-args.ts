import type { EventFilter, EventKind } from '../model.ts';
import { notAllowed } from './input/problems.ts';
import type { Optional } from './input/scalar-input.ts';
import { type Day, parseEnd, parseLowerBound, type TimeInput } from './input/time-input.ts';
import type { InputValidator } from './input/validator.ts';

/** The arguments that say which events a list has. */
export type EventFilterArgs = {
  types?: readonly EventKind[] | null | undefined;
  since?: Optional<TimeInput>;
  until?: Optional<TimeInput>;
};

/** Parses the arguments of a filter: `since` is inclusive and `until` exclusive, so that ranges join without overlap. */
export function parseEventFilter(args: EventFilterArgs, validator: InputValidator): EventFilter {
  const since = validator.parse<Date | Day, Date>('since', args.since, parseLowerBound);
  const until = validator.parse<Date | Day, Date>('until', args.until, parseEnd);
  if (since && until && since >= until) validator.add(['since'], notAllowed('Use a time before "until".'));
  return {
    types: args.types == null ? undefined : [...new Set(args.types)].sort(),
    since: since?.toISOString(),
    until: until?.toISOString(),
  };
}
