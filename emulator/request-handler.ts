import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from './api-error.ts';
import type { CallLog } from './call-log.ts';
import { type Answer, json, ok, perform, refusalAnswer } from './dispatch.ts';
import { type FaultRule, type Faults, performsCall } from './faults.ts';
import type { Latency } from './latency.ts';
import { readBody } from './request-body.ts';
import { type Match, matchRoute } from './routes.ts';
import { send, sendBroken } from './send-response.ts';
import type { System } from './system.ts';

/** What stands between the network and the system. */
export type Gate = {
  readonly system: System;
  readonly log: CallLog;
  readonly faults: Faults;
  readonly latency: Latency;
};

/** One call from its first byte to its last: logged, perhaps broken, perhaps late, answered. */
export async function exchange(gate: Gate, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url: target = '' } = request;
  const [pathname = '', search = ''] = /^([^?]*)\??(.*)$/s.exec(target)?.slice(1) ?? [];
  const match = matchRoute(pathname);
  const call = gate.log.open({ method, path: target, route: match?.name ?? 'unknown' });
  const rule = gate.faults.take(method, target);
  const gone = new AbortController();
  response.once('close', () => {
    // Who ends a connection early is the client, unless it was the fault that was asked for.
    call.closed(!response.writableFinished && !(rule !== undefined && breaksConnection(rule)));
    gone.abort();
  });

  try {
    const answer = await answerOf(gate.system, match, rule, request, search);
    const ms = gate.latency.of(target);
    if (ms > 0) await sleep(ms, undefined, { signal: gone.signal });
    if (rule === undefined) {
      call.answered(answer.status, answer.tokenId);
      send(response, answer);
    } else {
      await sendBroken(response, rule, answer, gone.signal).finally(() => {
        call.answered(response.headersSent ? response.statusCode : 0, answer.tokenId);
      });
    }
  } catch (error) {
    // A client that went away ends waiting and reading with an error; nobody is there to be told.
    if (!gone.signal.aborted && request.errored === null) throw error;
  }
}

/** The true answer; or, where a fault comes before the call was made, a stand-in for one. */
async function answerOf(
  system: System,
  match: Match | undefined,
  rule: FaultRule | undefined,
  request: IncomingMessage,
  search: string,
): Promise<Answer> {
  const { method = '', headers } = request;
  try {
    const body = await readBody(request);
    if (rule !== undefined && !performsCall(rule)) return json(200, ok(system));
    return perform(system, match, { method, search, authorization: headers.authorization, body });
  } catch (error) {
    if (error instanceof Refusal) return refusalAnswer(system, error);
    throw error;
  }
}

function breaksConnection({ kind }: FaultRule): boolean {
  return kind === 'reset' || kind === 'reset-body' || kind === 'truncate';
}
