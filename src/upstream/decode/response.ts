import { Detail, UpstreamBadResponse } from '../../errors.ts';
import { type DecodeReporter, type FieldDecoder, type Optional, undecodable } from './fields.ts';

/** A body of the upstream, of which parts are asked for by the wire's names. */
export type ResponseReader = {
  /** @throws {UpstreamBadResponse} when it is not there, or not in the contract */
  required<T>(name: string, field: FieldDecoder<T>): T;
  /** Undefined, and reported, when it is not in the contract. */
  optional<T>(name: string, field: FieldDecoder<Optional<T>>): T | undefined;
};

/**
 * Decodes a body tolerantly: a value that does not fit is null and reported, and the rest stands, as long as that makes
 * any sense. It was parsed for this call and belongs to nobody else.
 */
export function createResponseReader(body: unknown, reporter?: DecodeReporter): ResponseReader {
  const fields = Object(body) as Record<string, unknown>; // any object, and what is none has no fields
  const faults: string[] = [];
  const noting: DecodeReporter = {
    onUndecodable(path) {
      if (faults.length < 5) faults.push(path);
      reporter?.onUndecodable(path);
    },
  };
  function read<T>(name: string, field: FieldDecoder<T>): T | undefined {
    const value = field(fields[name], noting, name);
    if (value !== undecodable) return value;
    noting.onUndecodable(name);
    return undefined;
  }
  return {
    required(name, field) {
      const value = read(name, field);
      if (value !== undefined) return value;
      throw new UpstreamBadResponse('The upstream answered with a body that is not in its contract.', {
        cause: new Detail(`not decodable: ${faults.join(', ')}`),
      });
    },
    optional: (name, field) => read(name, field) ?? undefined,
  };
}
