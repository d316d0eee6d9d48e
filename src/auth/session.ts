import type { Aead } from '../crypto/aead.ts';
import { Secret } from '../crypto/secret.ts';
import { Detail, Forbidden } from '../errors.ts';
import type { Credential } from '../upstream/credential/credential.ts';
import { unauthenticatedError } from './bearer.ts';
import type { Caller } from './caller.ts';
import type { FindCredential } from './client-keys.ts';

/** The prefix by which a customer session is distinguished from any other access token. */
export const customerSessionPrefix = 'cgs_';

/** A customer session as its client receives it. */
export type IssuedCustomerSession = {
  /** The id of the contact. */
  readonly cid: string;
  readonly session: Secret;
  readonly expiresAt: string;
  /** The end of the session with all its renewals. */
  readonly renewableUntil: string;
};

/** Starts, renews and authenticates customer sessions. A session is an encrypted token; the gateway stores nothing of it. */
export type CustomerSessions = {
  /** The organizations whose contacts can have a session; empty where sessions are not configured. */
  readonly organizationIds: readonly string[];
  /** Returns the organization's own credential. @throws {Forbidden} for an organization without customer sessions */
  credentialFor(organizationId: string): Credential;
  /** Starts a session. @throws {Forbidden} for an organization without customer sessions */
  start(organizationId: string, cid: string): { issued: IssuedCustomerSession; caller: Caller };
  /** Renews the session of a caller. @throws {Forbidden} for a caller that is no customer session */
  renew(caller: Caller): IssuedCustomerSession;
  /** Returns the caller of a session token. @throws {Unauthenticated} with the same message for every invalid token */
  authenticate(token: string): Caller;
};

/** The options of customer sessions. */
export type CustomerSessionOptions = {
  aead: Aead;
  /** The lifetime of a session, and its lifetime with all renewals, in ms. */
  ttlMs: number;
  maxMs: number;
  /** The organizations with customer sessions, and the credentials for their upstream calls. */
  organizationIds: readonly string[];
  findCredential: FindCredential;
};

/** The content of a session token; times in ms since 1970. */
type Session = { organizationId: string; cid: string; startedAt: number; expiresAt: number };

/** The version of the encrypted content. */
const version = 1;
const associatedData = `session:${version}`;
const pattern = new RegExp(`^${customerSessionPrefix}([A-Za-z0-9_-]{1,2048})$`);

/** Creates customer sessions over one encryption key. */
export function createCustomerSessions({
  aead,
  ttlMs,
  maxMs,
  organizationIds,
  findCredential,
}: CustomerSessionOptions): CustomerSessions {
  function issue(organizationId: string, cid: string, startedAt: number): IssuedCustomerSession {
    const renewableUntil = startedAt + maxMs;
    const expiresAt = Math.min(Date.now() + ttlMs, renewableUntil);
    const session: Session = { organizationId, cid, startedAt, expiresAt };
    const encrypted = aead.encrypt(Buffer.from(JSON.stringify(session)), associatedData);
    return {
      cid,
      session: new Secret(customerSessionPrefix + encrypted.toString('base64url')),
      expiresAt: new Date(expiresAt).toISOString(),
      renewableUntil: new Date(renewableUntil).toISOString(),
    };
  }

  function findSessionCredential(organizationId: string): Credential | undefined {
    return organizationIds.includes(organizationId) ? findCredential(organizationId) : undefined;
  }

  function decrypt(token: string): Session | undefined {
    const [, text = ''] = pattern.exec(token) ?? [];
    const bytes = Buffer.from(text, 'base64url');
    // Only one base64url spelling of the bytes is accepted: a changed token is invalid even if it decodes to the same bytes.
    const decrypted = bytes.toString('base64url') === text ? aead.decrypt(bytes, associatedData) : undefined;
    return decrypted && (JSON.parse(decrypted.toString('utf8')) as Session); // as `issue` wrote it
  }

  return {
    organizationIds,
    credentialFor(organizationId) {
      const credential = findSessionCredential(organizationId);
      if (credential === undefined) throw new Forbidden('The gateway starts no customer sessions here.');
      return credential;
    },
    start(organizationId, cid) {
      const startedAt = Date.now();
      const caller = toCaller(organizationId, cid, startedAt, this.credentialFor(organizationId));
      return { issued: issue(organizationId, cid, startedAt), caller };
    },
    renew({ organizationId, contactId, sessionStartedAt }) {
      if (contactId === undefined || sessionStartedAt === undefined) {
        throw new Forbidden('Only a customer session can be renewed: send it as the access token.');
      }
      return issue(organizationId, contactId, sessionStartedAt);
    },
    authenticate(token) {
      const session = decrypt(token);
      const credential = session && findSessionCredential(session.organizationId);
      // The configured maximum may have been lowered since the session was issued.
      const ends = session && Math.min(session.expiresAt, session.startedAt + maxMs);
      if (session === undefined || credential === undefined || ends === undefined || ends <= Date.now()) {
        throw unauthenticatedError(new Detail('an invalid or expired customer session'));
      }
      return toCaller(session.organizationId, session.cid, session.startedAt, credential);
    },
  };
}

/** The caller is the same after a renewal, so that an `Idempotency-Key` still finds its record. */
function toCaller(organizationId: string, contactId: string, sessionStartedAt: number, credential: Credential): Caller {
  return {
    organizationId,
    subject: `session:${sessionStartedAt}`,
    scopes: [],
    credential,
    contactId,
    sessionStartedAt,
  };
}
