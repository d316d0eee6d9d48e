import { isAsyncIterable } from 'graphql-yoga';
import { deliver } from './incremental/deliver.ts';
import { encodingOf } from './incremental/encoding.ts';
import type { DeliverySteps } from './incremental/part-writer.ts';
import type { OperationContext, Plugin, ServerContext } from './plugin.ts';

/** Delivers the answers to operations with `@defer` or `@stream` in parts, to clients that accept that (ADR 43). */
export function useIncrementalDelivery(steps: DeliverySteps): Plugin {
  return {
    onResultProcess({ result, serverContext, setResultProcessor }) {
      const { delivery } = serverContext;
      if (!isAsyncIterable(result) || delivery === undefined) return;
      // Yoga extends one object from the request to the execution.
      const body = deliver(result, serverContext as ServerContext & OperationContext, delivery, steps);
      const { contentType } = encodingOf(delivery);
      // A proxy that buffers a response would hold its first part back.
      const headers = { 'content-type': contentType, 'x-accel-buffering': 'no' };
      setResultProcessor((_, { Response, ReadableStream }) => {
        const stream = new ReadableStream<Uint8Array>({
          async pull(controller) {
            const { done, value } = await body.next();
            if (done) controller.close();
            else controller.enqueue(Buffer.from(value));
          },
          async cancel() {
            await body.return();
          },
        });
        return new Response(stream, { headers });
      }, delivery.type);
    },
  };
}
