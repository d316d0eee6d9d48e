import type { Authenticate } from '../../src/auth/authenticate.ts';
import type { Caller } from '../../src/auth/caller.ts';
import type { TokenCall } from '../../src/upstream/credential/credential.ts';

/** A token call for code that must not make one. */
export const noTokenCall: TokenCall = {
  send: () => Promise.reject(new Error('This test expects no upstream call.')),
  deadline: { signal: new AbortController().signal, endsAt: () => Number.POSITIVE_INFINITY },
  step: () => Promise.reject(new Error('This test expects no upstream call.')),
};

/** Authenticates a request with an access token whose organization needs no upstream call. */
export function authenticateToken(authenticate: Authenticate, token: string): Promise<Caller> {
  return authenticate(new Headers({ authorization: `Bearer ${token}` }), noTokenCall);
}
