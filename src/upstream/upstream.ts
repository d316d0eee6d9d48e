import { Forbidden, Unauthenticated } from '../errors.ts';
import { type Answer, createAnswer } from './answer.ts';
import type { UpstreamClient } from './client.ts';
import { type Credential, notAccepted } from './credential.ts';
import { envelopeOf } from './envelope.ts';
import type { Reporter } from './fields.ts';

/** The upstream as one operation sees it: bound to its caller, its deadline and its client's disconnect. */
export type Upstream = {
  readonly organizationId: string;
  /** Reads a resource: what `read` makes of the answer, and of the body that it came in. */
  get<T>(path: string, read: (answer: Answer, body: Buffer) => T, query?: URLSearchParams): Promise<T>;
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
};

export function bindUpstream({ client, credential, organizationId, signal }: BindOptions): Upstream {
  const usage: UpstreamUsage = { calls: 0, undecodable: new Map() };
  const reporter: Reporter = {
    undecodable: (field) => usage.undecodable.set(field, (usage.undecodable.get(field) ?? 0) + 1),
  };

  return {
    organizationId,
    usage,
    reporter,
    async get(path, read, query) {
      const send = (bearer: Awaited<ReturnType<Credential['bearer']>>) => {
        usage.calls += 1;
        return client.send({ method: 'GET', path, query, bearer, signal });
      };
      const bearer = await credential.bearer(signal);
      const { json, bytes } = await send(bearer).catch(async (error: unknown) => {
        if (!(error instanceof Forbidden || error instanceof Unauthenticated)) throw error;
        // Only the gateway's own credential has another token to replay with.
        return send(await credential.refused(bearer, error, signal)).catch((again: unknown) => {
          throw again instanceof Unauthenticated ? notAccepted(again) : again;
        });
      });
      return read(createAnswer(envelopeOf(json), reporter), bytes);
    },
  };
}
