import type { z } from 'zod';
import { Forbidden, Unauthenticated } from '../errors.ts';
import type { UpstreamClient } from './client.ts';
import { type Credential, notAccepted } from './credential.ts';
import { decode } from './decode.ts';
import { envelopeOf } from './envelope.ts';

/** The upstream as one operation sees it: bound to its caller, its deadline and its client's disconnect. */
export type Upstream = {
  readonly organizationId: string;
  /** Reads a resource: the payload under `field`, decoded by `schema`. */
  get<T extends z.ZodType>(path: string, schema: T, query?: URLSearchParams): Promise<z.output<T>>;
  readonly usage: UpstreamUsage;
};

/** What an operation cost, for its log line. */
export type UpstreamUsage = { calls: number; undecodable: Map<string, number> };

export type BindOptions = {
  client: UpstreamClient;
  credential: Credential;
  organizationId: string;
  signal: AbortSignal;
};

export function bindUpstream({ client, credential, organizationId, signal }: BindOptions): Upstream {
  const usage: UpstreamUsage = { calls: 0, undecodable: new Map() };
  const onUndecodable = (field: string) => usage.undecodable.set(field, (usage.undecodable.get(field) ?? 0) + 1);

  return {
    organizationId,
    usage,
    async get(path, schema, query) {
      const send = (bearer: Awaited<ReturnType<Credential['bearer']>>) => {
        usage.calls += 1;
        return client.send({ method: 'GET', path, query, bearer, signal });
      };
      const bearer = await credential.bearer(signal);
      const body = await send(bearer).catch(async (error: unknown) => {
        if (!(error instanceof Forbidden || error instanceof Unauthenticated)) throw error;
        // Only the gateway's own credential has another token to replay with.
        return send(await credential.refused(bearer, error, signal)).catch((again: unknown) => {
          throw again instanceof Unauthenticated ? notAccepted(again) : again;
        });
      });
      return decode(schema, envelopeOf(body), onUndecodable);
    },
  };
}
