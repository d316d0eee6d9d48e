import type { ServerResponse } from 'node:http';
import { chooseCoding } from '../http-message/accept.ts';
import { codings, createCompression } from './compression.ts';
import type { FailureHandler } from './failure.ts';

/** An answer of the graph, as bytes. */
export type WholeAnswer = {
  readonly status: number;
  /** Names and values in alternation, of all headers but those of the length and the coding. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** Whether the answer may be compressed: it holds no secret whose characters its length could disclose (ADR 34). */
  readonly mayCompress: boolean;
};

/** Writes an answer, compressed if it may be, its client asks for it, and it is long enough. */
export type WriteAnswer = (response: ServerResponse, answer: WholeAnswer) => void;

/**
 * Creates the function that writes the answers of the graph, on both paths.
 *
 * @param fromBytes the shortest body that is compressed; 0 compresses none
 */
export function createAnswerWriter(fromBytes: number, fail: FailureHandler): WriteAnswer {
  const compress = createCompression();

  async function writeCompressed(response: ServerResponse, answer: WholeAnswer, coding: (typeof codings)[number]) {
    const compressed = await compress(answer.body, coding);
    if (response.destroyed) return; // the client left meanwhile
    if (compressed === undefined) writeBody(response, answer);
    else {
      const headers = [...answer.headers, 'content-encoding', coding];
      writeBody(response, { status: answer.status, headers, body: compressed });
    }
  }

  return (response, answer) => {
    if (!answer.mayCompress || fromBytes === 0 || answer.body.length < fromBytes) {
      writeBody(response, answer);
      return;
    }
    const varying = { ...answer, headers: [...answer.headers, 'vary', 'accept-encoding'] };
    const coding = chooseCoding(response.req.headers['accept-encoding']?.toString(), codings);
    if (coding === 'identity') writeBody(response, varying);
    else writeCompressed(response, varying, coding).catch((error) => fail(response, error));
  };
}

function writeBody(response: ServerResponse, { status, headers, body }: Omit<WholeAnswer, 'mayCompress'>): void {
  response.writeHead(status, [...headers, 'content-length', String(body.length)]).end(body);
}
