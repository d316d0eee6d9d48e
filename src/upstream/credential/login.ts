import type { Signal } from '../../async/abort-signal.ts';
import { Secret } from '../../crypto/secret.ts';
import type { UpstreamClient } from '../client/client.ts';
import { nonEmptyText } from '../decode/fields.ts';
import { createResponseReader } from '../decode/response.ts';
import { loginField, path } from '../wire/index.ts';
import { readTokenClaims } from './token-claims.ts';

/** A token of the login. Times are in ms on the monotonic clock. */
export type IssuedToken = { token: Secret; issuedAt: number; renewAt: number; expiresAt: number };

/** The lifetime of a token without an `exp` claim, in seconds: one day [doc]. */
const defaultLifetime = 24 * 60 * 60;

/** Endpoint 12: logs in with a client key. @throws {Unauthenticated} or {Forbidden} if the key is refused */
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
  const claimed = exp === undefined ? defaultLifetime : exp - (iat ?? Date.now() / 1000);
  // A lifetime that has ended before it began would make each call log in; the upstream decides whether the token is valid.
  const lifetime = 1000 * (claimed > 0 ? claimed : defaultLifetime);
  // Renewed a minute, or a tenth of the lifetime, before the end, so that no pending call outlives its token.
  return {
    token: new Secret(token),
    issuedAt,
    renewAt: issuedAt + lifetime - Math.min(60_000, lifetime / 10),
    expiresAt: issuedAt + lifetime,
  };
}

/** Endpoint 19: revokes a token of the login. @throws {PublicError} */
export async function logOut(client: UpstreamClient, token: Secret, signal: Signal): Promise<void> {
  await client.send({ kind: 'write', method: 'POST', path: path.logout, bearer: token, signal });
}
