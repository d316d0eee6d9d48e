import type { Signal } from '../../async/abort-signal.ts';
import { Secret } from '../../crypto/secret.ts';
import type { UpstreamClient } from '../client/client.ts';
import { nonEmptyText } from '../decode/fields.ts';
import { createResponseReader } from '../decode/response.ts';
import { loginField, path } from '../wire/index.ts';
import { readTokenClaims } from './token-claims.ts';

/** A token from the login; times are milliseconds on the monotonic clock. */
export type IssuedToken = { token: Secret; issuedAt: number; renewAt: number; expiresAt: number };

/** [doc] one day, for a token that does not tell its own lifetime. */
const defaultLifetime = 24 * 60 * 60;

/** Endpoint 12: logs in with a client key. */
export async function logIn(
  client: UpstreamClient,
  clientKey: string,
  clientSecret: Secret,
  signal: Signal,
): Promise<IssuedToken> {
  const issuedAt = performance.now();
  const { json } = await client.send({
    kind: 'write',
    method: 'POST',
    path: path.login,
    body: { [loginField.clientKey]: clientKey, [loginField.clientSecret]: clientSecret.reveal() },
    signal,
  });
  const token = createResponseReader(json).required(loginField.token, nonEmptyText);
  const { exp, iat } = readTokenClaims(token);
  const lifetime = 1000 * (exp === undefined ? defaultLifetime : exp - (iat ?? Date.now() / 1000));
  // A minute before the end, or a tenth of a short life: calls in flight must not outlive their token.
  return {
    token: new Secret(token),
    issuedAt,
    renewAt: issuedAt + lifetime - Math.min(60_000, lifetime / 10),
    expiresAt: issuedAt + lifetime,
  };
}
