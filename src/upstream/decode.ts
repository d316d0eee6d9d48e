import type { z } from 'zod';
import { Detail, UpstreamBadResponse } from '../errors.ts';

/** Told about each value that could not be decoded, by its path without array indexes, like `events.when.createdAt`. */
export type OnUndecodable = (field: string) => void;

/**
 * Decodes a body tolerantly: a value that does not fit becomes `null` and is reported; the rest stands.
 *
 * A body that fits, the rule, is walked once. One that does not is repaired in place (it was parsed for this call and
 * belongs to nobody else) and walked again: nulling an inner value can uncover that its parent is required.
 *
 * @throws {UpstreamBadResponse} when what must be there is not
 */
export function decode<T extends z.ZodType>(schema: T, body: unknown, onUndecodable: OnUndecodable): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    if (setNull(body, issue.path)) onUndecodable(issue.path.filter((key) => typeof key === 'string').join('.'));
  }
  return parse(schema, body);
}

/** Parses strictly. @throws {UpstreamBadResponse} that names the paths at fault and no values */
export function parse<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const paths = result.error.issues.slice(0, 5).map((issue) => issue.path.join('.'));
  throw new UpstreamBadResponse('The upstream answered with a body that is not in its contract.', {
    cause: new Detail(`not decodable: ${paths.join(', ')}`),
  });
}

/** Whether there was a value to set to null at the path. Keys come from our schemas, so none of them is `__proto__`. */
function setNull(body: unknown, path: readonly PropertyKey[]): boolean {
  const last = path.at(-1);
  if (last === undefined) return false;
  let holder = body;
  for (const key of path.slice(0, -1)) {
    if (typeof holder !== 'object' || holder === null) return false;
    holder = Reflect.get(holder, key);
  }
  return typeof holder === 'object' && holder !== null && Reflect.set(holder, last, null);
}
