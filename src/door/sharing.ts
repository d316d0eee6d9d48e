import type { Gateway } from '../server.ts';
import { execute } from './execute.ts';
import { type Params, parseParams } from './plain-request.ts';
import { replay } from './replay.ts';
import { writeReply } from './reply.ts';
import type { Visitor } from './visitor.ts';

/** One execution, and all who wait for its answer. */
type Flight = {
  readonly key: string;
  /** Whose request is executed. */
  readonly leader: Visitor;
  readonly waiting: Set<Visitor>;
  readonly leaving: AbortController;
};

/** Why an operation is given up; one for all, because making such an error costs more than most of what is done here. */
const left = new DOMException('The client has left.', 'AbortError');

/**
 * A document with one of these words is executed for each who sends it, though it may only stand in a comment: what
 * changes something, and lists, whose next page belongs to one reader.
 */
const ownWords = /\b(?:mutation|subscription|contacts)\b/;

/**
 * Answers requests. Identical operations in flight share one execution and one body: the same token, character by
 * character, and the same bytes. That is narrower than the same caller, and known before anybody has looked at the token;
 * whoever is refused is refused together. Nothing is kept once the answer is out, nor joined once something was changed.
 *
 * What may be shared takes off when all that has come with it is read: out of the cache an answer is there before the
 * next request is, and each would fly alone.
 */
export function createSharing(gateway: Gateway): (visitor: Visitor) => void {
  /** Those that can be joined. */
  const flights = new Map<string, Flight>();

  function land({ key, leader }: Flight): void {
    if (leader.context.operation?.operation === 'mutation') flights.clear();
    else if (flights.get(key)?.leader === leader) flights.delete(key);
  }

  function board(flight: Flight, visitor: Visitor): void {
    const { waiting, leaving } = flight;
    const { response } = visitor;
    waiting.add(visitor);
    response.once('close', () => {
      if (response.writableFinished) return;
      waiting.delete(visitor);
      if (waiting.size > 0) return;
      land(flight); // before others hear of it: who comes in the same tick flies anew
      leaving.abort(left);
    });
  }

  async function fly(flight: Flight, params: Params): Promise<void> {
    const { leader, waiting, leaving } = flight;
    const reply = await execute(gateway, { ...leader, params, signal: leaving.signal });
    land(flight);
    for (const visitor of waiting) {
      if (reply === undefined) {
        leave(visitor);
        continue;
      }
      writeReply(visitor, reply);
      if (visitor !== leader) gateway.logJoined(visitor.context, leader.context);
    }
  }

  function takeOff(flight: Flight, params: Params): void {
    fly(flight, params).catch(() => {
      for (const { response } of flight.waiting) response.destroy();
    });
  }

  /** To the other door. */
  function leave(visitor: Visitor): void {
    // Whoever has left hears of nothing.
    replay(gateway, visitor).catch(() => visitor.response.destroy());
  }

  return (visitor) => {
    const key = gateway.sharesOperations ? keyOf(visitor) : '';
    const flying = flights.get(key);
    if (flying !== undefined) return board(flying, visitor);
    const params = parseParams(visitor.body);
    if (params === undefined) return leave(visitor);
    const flight = { key, leader: visitor, waiting: new Set<Visitor>(), leaving: new AbortController() };
    board(flight, visitor);
    if (!gateway.sharesOperations || ownWords.test(params.query)) return takeOff(flight, params);
    flights.set(key, flight);
    setImmediate(takeOff, flight, params);
  };
}

/** Known without a look at what is in the body. */
function keyOf({ message, mediaType, body }: Visitor): string {
  const { authorization = '', 'cache-control': freshness = '' } = message.headers;
  return `${authorization}\n${freshness}\n${mediaType}\n${body.toString('latin1')}`;
}
