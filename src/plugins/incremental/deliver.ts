import type { Delivery } from '../../http-message/incremental.ts';
import type { DeliveredParts, OperationContext, ServerContext } from '../plugin.ts';
import { encodingOf, type PartEncoding } from './encoding.ts';
import { type DeliverySteps, PartWriter } from './part-writer.ts';

/**
 * Writes the parts of an answer as the body of a response, each when it is complete. The operation ends with the last part, or
 * when the client leaves: then its deadline ends, and it is reported.
 */
export function deliver(
  parts: AsyncIterable<unknown>,
  context: ServerContext & OperationContext,
  delivery: Delivery,
  steps: DeliverySteps,
): AsyncGenerator<string, void> {
  const counts = { count: 0, firstMs: 0, errors: 0 };
  context.parts = counts; // before the response begins, so that the operation does not end with its headers
  return write(parts, new PartWriter(context, delivery, steps), encodingOf(delivery), counts, context.startedAt);
}

async function* write(
  parts: AsyncIterable<unknown>,
  writer: PartWriter,
  { encode }: PartEncoding,
  counts: DeliveredParts,
  startedAt = 0,
): AsyncGenerator<string, void> {
  try {
    for await (const part of parts) {
      const text = await writer.write(part);
      if (text === undefined) continue;
      if (counts.count === 0) counts.firstMs = performance.now() - startedAt;
      counts.count += 1;
      yield encode(text, counts.count === 1, writer.isDone);
      if (writer.isDone) return;
    }
  } finally {
    writer.end();
  }
}
