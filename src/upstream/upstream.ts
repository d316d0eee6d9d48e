import { Forbidden, Unauthenticated } from '../errors.ts';
import type { Secret } from '../secret.ts';
import { type Answer, createAnswer } from './answer.ts';
import type { Body } from './body.ts';
import type { UpstreamCall, UpstreamClient } from './client.ts';
import { type Credential, notAccepted } from './credential.ts';
import { envelopeOf } from './envelope.ts';
import type { Reporter } from './fields.ts';
import { type Write, writeOnce } from './write.ts';

/** The upstream as one operation sees it: bound to its caller, its deadline and its client's disconnect. */
export type Upstream = {
  readonly organizationId: string;
  /** Reads a resource: what `read` makes of the answer, and of the body that it came in. */
  get<T>(path: string, read: (answer: Answer, body: Body) => T, query?: URLSearchParams): Promise<T>;
  /**
   * Changes something: what `read` makes of the answer. Never sent again when a byte of it may have arrived.
   *
   * @throws {OutcomeUnknown} when nobody can tell whether it was done
   */
  write<T>(write: Write, read: (answer: Answer) => T): Promise<T>;
  readonly usage: UpstreamUsage;
  /** Counts what could not be decoded, when it is asked for. */
  readonly reporter: Reporter;
};

/** What an operation cost, for its log line. */
export type UpstreamUsage = { calls: number; readonly undecodable: Map<string, number> };

export type BindOptions = {
  client: UpstreamClient;
  credential: Credential;
  organizationId: string;
  signal: AbortSignal;
  /**
   * Aborts at the deadline only, and so does a write that was begun: to abort it when the client leaves would leave
   * nobody knowing whether it was done, least of all the client that comes back and repeats it.
   */
  timeout: AbortSignal;
  /** Where calls are counted. */
  usage?: UpstreamUsage;
};

export function bindUpstream({ client, credential, organizationId, signal, timeout, ...given }: BindOptions): Upstream {
  const { usage = { calls: 0, undecodable: new Map() } } = given;
  const reporter: Reporter = {
    undecodable: (field) => usage.undecodable.set(field, (usage.undecodable.get(field) ?? 0) + 1),
  };

  /** A call that is refused for its token was not made: reads and writes alike are replayed with a fresh one. */
  async function send(call: Omit<UpstreamCall, 'bearer' | 'signal'>): Promise<Body> {
    const sendWith = (bearer: Secret) => {
      usage.calls += 1;
      if (call.attempt === undefined || signal.aborted) return client.send({ ...call, bearer, signal });
      return client.send({ ...call, bearer, signal: timeout });
    };
    const bearer = await credential.bearer(signal);
    const body = await sendWith(bearer).catch(async (error: unknown) => {
      if (!(error instanceof Forbidden || error instanceof Unauthenticated)) throw error;
      if (call.attempt !== undefined) call.attempt.isSent = false; // refused, so that nothing was done
      // Only the gateway's own credential has another token to replay with.
      return sendWith(await credential.refused(bearer, error, signal)).catch((again: unknown) => {
        throw again instanceof Unauthenticated ? notAccepted(again) : again;
      });
    });
    credential.accepted?.();
    return body;
  }

  return {
    organizationId,
    usage,
    reporter,
    async get(path, read, query) {
      const body = await send({ method: 'GET', path, query });
      return read(createAnswer(envelopeOf(body.json), reporter), body);
    },
    write: (write, read) =>
      writeOnce(write, async (attempt) => {
        const { method, path, query, body } = write;
        const { json } = await send({ method, path, query, body, attempt });
        return read(createAnswer(envelopeOf(json), reporter));
      }),
  };
}
