import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { YogaServerInstance } from 'graphql-yoga';
import type { ServerContext } from '../plugins/plugin.ts';
import type { FailureHandler } from './failure.ts';

type Yoga = Pick<YogaServerInstance<ServerContext, object>, 'handleNodeRequestAndResponse'>;

/**
 * Creates the listener of node:http that answers requests through Yoga. Yoga's own listener answers an error that a hook
 * before or after the execution throws with the stack of the error; here such an error gets to the failure handler.
 */
export function createYogaPath(yoga: Yoga, fail: FailureHandler): RequestListener {
  async function respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const context: ServerContext & { req: IncomingMessage; res: ServerResponse } = { req: message, res: response };
    await writeFetchResponse(response, await yoga.handleNodeRequestAndResponse(message, response, context));
  }
  return (message, response) => {
    respond(message, response).catch((error) => fail(response, error));
  };
}

/** Writes a complete `Response` of the fetch API; without `@defer` and subscriptions none is a stream without an end. */
export async function writeFetchResponse(response: ServerResponse, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  // Whether the connection stays open is decided by the server; Yoga's event streams would keep it open in any case.
  const headers = [...answer.headers].filter(([name]) => name.toLowerCase() !== 'connection').flat();
  if (!answer.headers.has('content-length') && answer.status !== 304) {
    headers.push('content-length', String(body.length));
  }
  response.writeHead(answer.status, headers).end(body);
}
