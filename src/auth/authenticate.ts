import type { TokenCall } from '../upstream/credential/credential.ts';
import type { Caller } from './caller.ts';

/** The headers of a request, by their names in lower case. */
export type RequestHeaders = Pick<Headers, 'get'>;

/**
 * Establishes the caller of a request from its headers.
 *
 * @param call for a call that finds out at the upstream whose token it is
 * @throws {Unauthenticated} for an unknown caller, {Forbidden} for a caller without an organization
 */
export type Authenticate = (headers: RequestHeaders, call: TokenCall) => Promise<Caller>;

/** The difference that is tolerated between the clocks of a token's issuer and of the gateway, in seconds. */
export const clockSkewSeconds = 60;

/** Every request has the same caller, whatever its headers are. */
export function authenticateAsFixedCaller(caller: Caller): Authenticate {
  return async () => caller;
}
