import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { YogaServerInstance } from 'graphql-yoga';
import type { OperationContext, ServerContext } from '../plugins/plugin.ts';
import type { FailureHandler } from './failure.ts';
import type { WriteAnswer } from './write-answer.ts';
import type { WriteParts } from './write-parts.ts';

type Yoga = Pick<YogaServerInstance<ServerContext, object>, 'handleNodeRequestAndResponse'>;

/**
 * Creates the listener of node:http that answers requests through Yoga. Yoga's own listener answers an error that a hook
 * before or after the execution throws with the stack of the error; here such an error gets to the failure handler.
 */
export function createYogaPath(yoga: Yoga, fail: FailureHandler, writers: AnswerWriters): RequestListener {
  async function respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const context: YogaContext & { req: IncomingMessage; res: ServerResponse } = { req: message, res: response };
    const answer = await yoga.handleNodeRequestAndResponse(message, response, context);
    await writeFetchResponse(response, answer, context, writers);
  }
  return (message, response) => {
    respond(message, response).catch((error) => fail(response, error));
  };
}

/** What is read of the context of a request; Yoga extends one object from the request to the execution. */
export type YogaContext = ServerContext & Pick<OperationContext, 'mayCompress'>;

/** What writes answers, on both paths. */
export type AnswerWriters = { readonly writeAnswer: WriteAnswer; readonly writeParts: WriteParts };

/** The media types of answers that are written as they arrive. */
const streamed = /^(?:multipart\/mixed|text\/event-stream)\b/;

/**
 * Writes a `Response` of the fetch API: complete, or part by part.
 *
 * @param context that of the request
 */
export async function writeFetchResponse(
  response: ServerResponse,
  answer: Response,
  { mayCompress = false }: YogaContext,
  { writeAnswer, writeParts }: AnswerWriters,
): Promise<void> {
  const { status } = answer;
  if (streamed.test(answer.headers.get('content-type') ?? '')) return writeParts(response, answer, mayCompress);
  const body = Buffer.from(await answer.arrayBuffer());
  // Whether the connection stays open is decided by the server; Yoga's event streams would keep it open in any case.
  const all = [...answer.headers].filter(([name]) => name.toLowerCase() !== 'connection');
  const headers = all.filter(([name]) => name.toLowerCase() !== 'content-length').flat();
  if (body.length > 0) writeAnswer(response, { status, headers, body, mayCompress });
  // The response to HEAD has the length of another body, and a 304 has none.
  else if (headers.length < all.flat().length || status === 304) response.writeHead(status, all.flat()).end();
  else response.writeHead(status, [...headers, 'content-length', '0']).end();
}
