import type { Authenticate } from './authenticate.ts';
import { unauthenticatedError } from './bearer.ts';
import type { Caller } from './caller.ts';
import { type CustomerSessions, customerSessionPrefix } from './session.ts';

/**
 * Knows customer sessions by their prefix, and leaves all other requests to whoever knows callers in this mode.
 *
 * @param door whether a request without `Authorization` is let in as nobody, who may start a session and nothing else
 */
export function authenticateCustomerSessions(
  sessions: CustomerSessions,
  otherwise: Authenticate,
  door: boolean,
): Authenticate {
  return async (headers) => {
    const header = headers.get('authorization');
    if (header === null) return door ? nobody : otherwise(headers);
    const [, token = ''] = /^Bearer +(.*)$/i.exec(header) ?? [];
    return token.startsWith(customerSessionPrefix) ? sessions.authenticate(token) : otherwise(headers);
  };
}

/** Whatever it would call the upstream with. */
const askForToken = async (): Promise<never> => {
  throw unauthenticatedError();
};

/** Without scopes, without a contact, and without anything to call the upstream with. */
const nobody: Caller = {
  organizationId: '',
  subject: '',
  scopes: [],
  credential: { id: '', bearer: askForToken, onRejected: askForToken },
  isAnonymous: true,
};
