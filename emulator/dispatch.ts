import { envelope, envelopeField } from '../src/upstream/wire.ts';
import { notFound, Refusal } from './api-error.ts';
import { authorize } from './authorize.ts';
import { populationOf } from './endpoint.ts';
import { parseQuery } from './query-params.ts';
import { parseJson } from './request-body.ts';
import type { Match } from './routes.ts';
import type { System } from './system.ts';

/** An answer that can still be broken on its way. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Who asked: the id of the token, where there was a valid one. */
  readonly tokenId?: string;
};

export type Request = {
  readonly method: string;
  /** The part behind the question mark. */
  readonly search: string;
  readonly authorization: string | undefined;
  readonly body: string;
};

/** Answers a call as the upstream does: who asks comes before what is asked, and that before whether it exists. */
export function perform(system: System, match: Match | undefined, request: Request): Answer {
  let tokenId: string | undefined;
  try {
    if (match === undefined) throw notFound();
    const { endpoint, method } = match;
    if (request.method !== method) throw new Refusal(405, `Use ${method}`, { allow: method });
    if (typeof endpoint === 'function') return json(200, endpoint(system, parseJson(request.body)));
    const grant = authorize(system.authority, request.authorization, endpoint.scopes);
    tokenId = grant.tokenId;
    const call = {
      grant,
      population: populationOf(system, grant),
      id: decodeId(match.id),
      params: parseQuery(request.search),
      body: endpoint.takesBody ? parseJson(request.body) : undefined,
    };
    return { ...json(200, { ...ok(system), ...endpoint.answer(call, system) }), tokenId };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...refusalAnswer(system, error), ...(tokenId === undefined ? {} : { tokenId }) };
  }
}

export function refusalAnswer(system: System, { status, message, code, headers }: Refusal): Answer {
  const answer = json(status, ko(generated(system), message, code));
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

export function ok(system: System): object {
  return { [envelopeField.status]: envelope.ok, [envelopeField.generated]: generated(system) };
}

/** The body of an error [assumed]; what is undefined is left out. */
export function ko(generated: string, message: string, code: string | undefined): object {
  return {
    [envelopeField.status]: envelope.ko,
    [envelopeField.generated]: generated,
    [envelopeField.message]: message,
    [envelopeField.code]: code,
  };
}

export function json(status: number, body: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** With milliseconds, unlike all other dates of the upstream [doc]. */
function generated({ clock }: System): string {
  return new Date(clock.now()).toISOString();
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw notFound();
  }
}
