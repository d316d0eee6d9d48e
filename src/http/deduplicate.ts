import { AbortSource } from '../async/abort-signal.ts';
import { createTickBatcher } from '../async/tick-batcher.ts';
import type { Gateway } from '../gateway.ts';
import { executeRequest } from './execute-request.ts';
import type { FastPathRequest } from './pending-request.ts';
import { parseRequestParams, type RequestParams } from './request.ts';
import { type SerializedResponse, writeResponse } from './response.ts';
import { respondThroughYoga } from './yoga-fallback.ts';

/**
 * One execution, and all who wait for its answer. It is emptied when it lands: a Map leaves its old tables behind as it
 * is rebuilt, and what those still name can live until the old generation is collected, a whole operation each.
 */
type Flight = { readonly key: string; readonly waiting: Set<FastPathRequest>; readonly leaving: AbortSource };

/** Whose request is executed for all. */
type Departure = { flight: Flight; leader: FastPathRequest; params: RequestParams };

/** Why an operation is given up; one for all, because making such an error costs more than most of what is done here. */
const left = new DOMException('The client has left.', 'AbortError');

/**
 * A document with one of these words is executed for each who sends it, though it may only stand in a comment: what
 * changes something, and lists, whose next page belongs to one reader.
 */
const ownWords = /\b(?:mutation|subscription|contacts)\b/;

/**
 * Answers of the upstream that have come are worked on before more is begun than this: of many clients at once fewer
 * operations are half done, and the longest waits are shorter. With less than this, answers come in smaller bunches.
 */
const departuresOfTurn = 16;

/**
 * Answers requests. Identical operations in flight share one execution and one body: the same token, character by
 * character, and the same bytes. That is narrower than the same caller, and known before anybody has looked at the token;
 * whoever is refused is refused together. Nothing is kept once the answer is out, nor joined once something was changed.
 *
 * What may be shared takes off when all that has come with it is read: out of the cache an answer is there before the
 * next request is, and each would fly alone.
 */
export function createDeduplication(gateway: Gateway): (visitor: FastPathRequest) => void {
  /** Those that can be joined. */
  const flights = new Map<string, Flight>();
  const takeOffSoon = createTickBatcher(departuresOfTurn, takeOff);

  function close(flight: Flight): void {
    if (flights.get(flight.key) === flight) flights.delete(flight.key);
  }

  function board(flight: Flight, visitor: FastPathRequest): void {
    const { waiting, leaving } = flight;
    const { response } = visitor;
    waiting.add(visitor);
    response.once('close', () => {
      if (!waiting.delete(visitor) || waiting.size > 0) return;
      close(flight); // before others hear of it: who comes in the same tick flies anew
      leaving.abort(left);
    });
  }

  async function fly({ flight, leader, params }: Departure): Promise<void> {
    const { message, mediaType, context } = leader;
    const signal = flight.leaving.signal;
    const reply = await executeRequest(gateway, { message, mediaType, context, params, signal });
    if (context.operation?.operation === 'mutation') flights.clear();
    else close(flight);
    for (const visitor of flight.waiting) give(visitor, reply, context);
    flight.waiting.clear();
  }

  function takeOff(departure: Departure): void {
    fly(departure).catch(() => {
      close(departure.flight);
      for (const { response } of departure.flight.waiting) response.destroy();
    });
  }

  function give(visitor: FastPathRequest, reply: SerializedResponse | undefined, by: FastPathRequest['context']): void {
    if (reply === undefined) leave(visitor);
    else writeResponse(visitor, reply);
    if (reply !== undefined && visitor.context !== by) gateway.logJoined(visitor.context, by);
  }

  /** To the other door. */
  function leave(visitor: FastPathRequest): void {
    // Whoever has left hears of nothing.
    respondThroughYoga(gateway, visitor).catch(() => visitor.response.destroy());
  }

  return (visitor) => {
    const key = gateway.sharesOperations ? keyOf(visitor) : '';
    const flying = flights.get(key);
    if (flying !== undefined) return board(flying, visitor);
    const params = parseRequestParams(visitor.body);
    if (params === undefined) return leave(visitor);
    const flight = { key, waiting: new Set<FastPathRequest>(), leaving: new AbortSource() };
    const departure = { flight, leader: visitor, params };
    board(flight, visitor);
    if (!gateway.sharesOperations || ownWords.test(params.query)) return takeOff(departure);
    flights.set(key, flight);
    takeOffSoon(departure);
  };
}

/** Known without a look at what is in the body. */
function keyOf({ message, mediaType, body }: FastPathRequest): string {
  const { authorization = '', 'cache-control': freshness = '' } = message.headers;
  return `${authorization}\n${freshness}\n${mediaType}\n${body.toString('latin1')}`;
}
