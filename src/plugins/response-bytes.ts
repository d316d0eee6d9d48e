import { type ExecutionResult, OperationTypeNode } from 'graphql';
import { QueryTooExpensive } from '../errors.ts';
import { refusal } from '../execution/response-fields.ts';
import type { Batch, OperationContext } from './plugin.ts';
import { isLongerThan, stringifyInTurns } from './response-text.ts';
import type { SerializableResult } from './result-pipeline.ts';

/** The largest ratio of the bytes of a value to its estimate: a control character is escaped with six bytes. */
const maxFactor = 7;

/** The estimate up to which an answer is serialized at once: that takes about 10 ms. */
const maxBytesAtOnce = 1_000_000;

/**
 * Refuses answers whose data is longer as JSON than allowed: the text of a few hundred aliases of one large object would not
 * fit into memory. The data of a large answer is serialized here, in several turns of the event loop, and the result refers
 * to the text. Errors are bounded by the limit on fields.
 *
 * @param maxBytes of the data, in UTF-8
 */
export function limitResponseBytes(maxBytes: number) {
  const atOnce = Math.min(maxBytesAtOnce, maxBytes / maxFactor);

  async function serialize(
    result: ExecutionResult,
    { operation, batch }: OperationContext,
    owner: string,
  ): Promise<SerializableResult> {
    const text = await stringifyInTurns(result.data, maxBytes, owner);
    if (text !== undefined && hasSpace(text, batch))
      return { ...result, stringify: (final) => stringifyAround(text, final) };
    return refusal(tooManyBytes(maxBytes, operation));
  }

  /** Counts the text of an answer, if the answers of its batch have space for it. */
  function hasSpace(text: string, batch: Batch | undefined): boolean {
    if (batch === undefined) return true;
    const bytes = batch.responseBytes + Buffer.byteLength(text);
    if (bytes > maxBytes) return false;
    batch.responseBytes = bytes;
    return true;
  }

  /** @param owner the caller among whose operations the turns of the event loop are shared */
  return (
    result: ExecutionResult,
    context: OperationContext,
    owner: string,
  ): ExecutionResult | Promise<SerializableResult> =>
    result.data == null || (context.batch === undefined && !isLongerThan(result.data, atOnce))
      ? result
      : serialize(result, context, owner);
}

/** The error of an operation whose answer is too long. */
export function tooManyBytes(maxBytes: number, operation: OperationContext['operation']): QueryTooExpensive {
  const done = operation?.operation === OperationTypeNode.MUTATION ? ' The mutation was executed.' : '';
  return new QueryTooExpensive(`The data of one answer has at most ${maxBytes} bytes.${done}`);
}

/** Serializes a result whose data is serialized already. */
function stringifyAround(data: string, result: ExecutionResult): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(result)) {
    const text = key === 'data' ? data : JSON.stringify(value);
    if (text !== undefined) parts.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${parts.join()}}`;
}
