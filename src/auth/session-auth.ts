import type { Authenticate } from './authenticate.ts';
import { unauthenticatedError } from './bearer.ts';
import type { Caller } from './caller.ts';
import { type CustomerSessions, customerSessionPrefix } from './session.ts';

/**
 * Authenticates customer sessions, which their prefix identifies, and leaves all other requests to the mode's own
 * authentication.
 *
 * @param allowsAnonymous whether a request without `Authorization` gets the anonymous caller
 */
export function authenticateCustomerSessions(
  sessions: CustomerSessions,
  authenticateOther: Authenticate,
  allowsAnonymous: boolean,
): Authenticate {
  return async (headers, call) => {
    const header = headers.get('authorization');
    if (header === null) return allowsAnonymous ? anonymousCaller : authenticateOther(headers, call);
    const [, token = ''] = /^Bearer +(.*)$/i.exec(header) ?? [];
    return token.startsWith(customerSessionPrefix) ? sessions.authenticate(token) : authenticateOther(headers, call);
  };
}

const rejectCall = async (): Promise<never> => {
  throw unauthenticatedError();
};

/** Has no scopes, no contact, and no credential for upstream calls. */
const anonymousCaller: Caller = {
  organizationId: '',
  subject: '',
  scopes: [],
  credential: { id: '', bearer: rejectCall, onRejected: rejectCall },
  isAnonymous: true,
};
