import { Detail, UpstreamBadResponse } from '../errors.ts';
import { type Field, type Optional, type Reporter, undecodable } from './fields.ts';

/** A body of the upstream, of which parts are asked for by the wire's names. */
export type Answer = {
  /** @throws {UpstreamBadResponse} when it is not there, or not in the contract */
  need<T>(name: string, field: Field<T>): T;
  /** Undefined, and reported, when it is not in the contract. */
  find<T>(name: string, field: Field<Optional<T>>): T | undefined;
};

/**
 * Decodes a body tolerantly: a value that does not fit is null and reported, and the rest stands, as long as that makes
 * any sense. It was parsed for this call and belongs to nobody else.
 */
export function createAnswer(body: unknown, reporter?: Reporter): Answer {
  const fields = Object(body) as Record<string, unknown>; // any object, and what is none has no fields
  const faults: string[] = [];
  const noting: Reporter = {
    undecodable(path) {
      if (faults.length < 5) faults.push(path);
      reporter?.undecodable(path);
    },
  };
  function read<T>(name: string, field: Field<T>): T | undefined {
    const value = field(fields[name], noting, name);
    if (value !== undecodable) return value;
    noting.undecodable(name);
    return undefined;
  }
  return {
    need(name, field) {
      const value = read(name, field);
      if (value !== undefined) return value;
      throw new UpstreamBadResponse('The upstream answered with a body that is not in its contract.', {
        cause: new Detail(`not decodable: ${faults.join(', ')}`),
      });
    },
    find: (name, field) => read(name, field) ?? undefined,
  };
}
