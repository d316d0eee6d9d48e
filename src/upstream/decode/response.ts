import { Detail, UpstreamBadResponse } from '../../errors.ts';
import { type DecodeReporter, type FieldDecoder, type Optional, undecodable } from './fields.ts';
import { kindOf } from './value-kind.ts';

/** Reads the parts of a response body by the wire's names. */
export type ResponseReader = {
  /** Decodes a part. @throws {UpstreamBadResponse} if it is absent or does not fit the contract */
  required<T>(name: string, field: FieldDecoder<T>): T;
  /** Decodes a part that may be absent. If it does not fit the contract it is reported, and undefined. */
  optional<T>(name: string, field: FieldDecoder<Optional<T>>): T | undefined;
};

/**
 * Creates a tolerant reader of a body: a value that does not fit the contract is null and reported, and the other values are
 * unaffected. The rows that it decodes change the body, so it must have been parsed for this reader.
 */
export function createResponseReader(body: unknown, reporter?: DecodeReporter): ResponseReader {
  const fields = Object(body) as Record<string, unknown>; // Object() returns an object for any value
  const faults: string[] = [];
  const recorder: DecodeReporter = {
    onUndecodable(path, kind) {
      if (faults.length < 5) faults.push(path);
      reporter?.onUndecodable(path, kind);
    },
  };
  function read<T>(name: string, field: FieldDecoder<T>): T | undefined {
    const value = field(fields[name], recorder, name);
    if (value !== undecodable) return value;
    recorder.onUndecodable(name, kindOf(fields[name]));
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
