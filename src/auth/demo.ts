import type { Authenticate } from './authenticate.ts';
import { bearerToken, checkJwtForm } from './bearer.ts';
import type { Caller } from './caller.ts';

/** Demo mode: every request has the same caller, except that a token which cannot be one is refused as in other modes. */
export function authenticateForDemo(caller: Caller): Authenticate {
  return async (headers) => {
    if (headers.get('authorization') !== null) checkJwtForm(bearerToken(headers));
    return caller;
  };
}
