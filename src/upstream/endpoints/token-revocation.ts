import type { Upstream } from '../operation/upstream.ts';
import { path } from '../wire/index.ts';

/**
 * Endpoint 19: revokes the token of the caller, which every call carries.
 *
 * @throws {Forbidden} or {Unauthenticated} for a token that the upstream does not accept, which may be revoked already
 */
export function revokeToken(upstream: Upstream): Promise<void> {
  const write = {
    resource: 'revokeToken',
    method: 'POST',
    path: path.logout,
    repeatable: true,
    advice: 'It can be sent again without harm: a token that is revoked is UNAUTHENTICATED.',
  } as const;
  return upstream.write(write, () => undefined);
}
