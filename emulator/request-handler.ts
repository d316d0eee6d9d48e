import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import type { CallLog } from './call-log.ts';
import { type ApiResponse, dispatch, errorResponse, jsonResponse, okEnvelope } from './dispatch.ts';
import { executesCall, type FaultRule, type Faults } from './faults.ts';
import type { Latency } from './latency.ts';
import { readBody } from './request-body.ts';
import { type Match, matchRoute } from './routes.ts';
import { sendFaulty, sendResponse } from './send-response.ts';
import type { System } from './system.ts';

/** What the handler of a call needs. */
export type HandlerDependencies = {
  readonly system: System;
  readonly log: CallLog;
  readonly faults: Faults;
  readonly latency: Latency;
};

/**
 * Handles one call: logs it, applies the fault rule and the latency that match it, and sends the response.
 *
 * @throws {Error} for an error of the emulator itself
 */
export async function handleRequest(
  dependencies: HandlerDependencies,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url: target = '' } = request;
  const [pathname = '', search = ''] = /^([^?]*)\??(.*)$/s.exec(target)?.slice(1) ?? [];
  const match = matchRoute(pathname);
  const call = dependencies.log.start({ method, path: target, route: match?.name ?? 'unknown' });
  const rule = dependencies.faults.take(method, target);
  const disconnect = new AbortController();
  response.once('close', () => {
    // A connection that ends early was closed by the client, unless a fault rule interrupted it.
    call.recordEnd(!response.writableFinished && !(rule !== undefined && breaksConnection(rule)));
    disconnect.abort();
  });

  try {
    const correct = await executeCall(dependencies.system, match, rule, request, search);
    const ms = dependencies.latency.delayOf(target);
    if (ms > 0) await sleep(ms, undefined, { signal: disconnect.signal });
    if (rule === undefined) {
      call.recordResponse(correct.status, correct.tokenId);
      sendResponse(response, correct);
    } else {
      await sendFaulty(response, rule, correct, disconnect.signal).finally(() => {
        call.recordResponse(response.headersSent ? response.statusCode : 0, correct.tokenId);
      });
    }
  } catch (error) {
    // A client that disconnects makes the delay and the reading of the body fail; no response can be sent then.
    if (!disconnect.signal.aborted && request.errored === null) throw error;
  }
}

/** Executes a call, or returns a placeholder response when the fault rule prevents its execution. */
async function executeCall(
  system: System,
  match: Match | undefined,
  rule: FaultRule | undefined,
  request: IncomingMessage,
  search: string,
): Promise<ApiResponse> {
  const { method = '', headers } = request;
  try {
    const body = await readBody(request);
    if (rule !== undefined && !executesCall(rule)) return jsonResponse(200, okEnvelope(system));
    return dispatch(system, match, { method, search, authorization: headers.authorization, body });
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(system, error);
    throw error;
  }
}

function breaksConnection({ kind }: FaultRule): boolean {
  return kind === 'reset' || kind === 'reset-body' || kind === 'truncate';
}
