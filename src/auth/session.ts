import type { Aead } from '../crypto/aead.ts';
import { Secret } from '../crypto/secret.ts';
import { Detail, Forbidden } from '../errors.ts';
import type { Credential } from '../upstream/credential/credential.ts';
import { unauthenticatedError } from './bearer.ts';
import type { Caller } from './caller.ts';
import type { FindCredential } from './client-keys.ts';

/** What tells a session from any other token before anything is tried. */
export const customerSessionPrefix = 'cgs_';

/** A session as its owner gets it. */
export type IssuedCustomerSession = {
  /** Of its contact. */
  readonly cid: string;
  readonly session: Secret;
  readonly expiresAt: string;
  /** However often it is renewed, it ends then. */
  readonly renewableUntil: string;
};

/** Customer sessions: each is for one contact, for a while, and known by what is sealed in it alone. */
export type CustomerSessions = {
  /** Whose contacts can have one; nobody's where sessions are not configured. */
  readonly organizationIds: readonly string[];
  /** The organization's own credential. @throws {Forbidden} when it can have no sessions */
  credentialFor(organizationId: string): Credential;
  start(organizationId: string, cid: string): { ticket: IssuedCustomerSession; caller: Caller };
  /** @throws {Forbidden} for a caller who is not a session */
  renew(caller: Caller): IssuedCustomerSession;
  /** Who a session is. @throws {Unauthenticated} in the same words for each that is not good, whatever is wrong with it */
  authenticate(token: string): Caller;
};

export type CustomerSessionOptions = {
  aead: Aead;
  /** How long one lasts, and how long with all its renewals, in ms. */
  ttlMs: number;
  maxMs: number;
  /** Whose contacts can have one, and with what the upstream is called then. */
  organizationIds: readonly string[];
  findCredential: FindCredential;
};

/** All that a session holds; times in ms. */
type Session = { organizationId: string; cid: string; startedAt: number; expiresAt: number };

/** Of what is sealed. */
const version = 1;
const boundTo = `session:${version}`;
const pattern = new RegExp(`^${customerSessionPrefix}([A-Za-z0-9_-]{1,2048})$`);

export function createCustomerSessions({
  aead,
  ttlMs,
  maxMs,
  organizationIds,
  findCredential,
}: CustomerSessionOptions): CustomerSessions {
  function ticketOf(organizationId: string, cid: string, startedAt: number): IssuedCustomerSession {
    const renewableUntil = startedAt + maxMs;
    const expiresAt = Math.min(Date.now() + ttlMs, renewableUntil);
    const session: Session = { organizationId, cid, startedAt, expiresAt };
    const sealed = aead.encrypt(Buffer.from(JSON.stringify(session)), boundTo);
    return {
      cid,
      session: new Secret(customerSessionPrefix + sealed.toString('base64url')),
      expiresAt: new Date(expiresAt).toISOString(),
      renewableUntil: new Date(renewableUntil).toISOString(),
    };
  }

  function find(organizationId: string): Credential | undefined {
    return organizationIds.includes(organizationId) ? findCredential(organizationId) : undefined;
  }

  function open(token: string): Session | undefined {
    const [, text = ''] = pattern.exec(token) ?? [];
    const bytes = Buffer.from(text, 'base64url');
    // Spelled in one way only: what has been changed is refused, though it may mean the same.
    const opened = bytes.toString('base64url') === text ? aead.decrypt(bytes, boundTo) : undefined;
    return opened && (JSON.parse(opened.toString('utf8')) as Session); // as it was sealed
  }

  return {
    organizationIds,
    credentialFor(organizationId) {
      const credential = find(organizationId);
      if (credential === undefined) throw new Forbidden('The gateway starts no customer sessions here.');
      return credential;
    },
    start(organizationId, cid) {
      const startedAt = Date.now();
      const caller = toCaller(organizationId, cid, startedAt, this.credentialFor(organizationId));
      return { ticket: ticketOf(organizationId, cid, startedAt), caller };
    },
    renew({ organizationId, contactId, sessionStartedAt }) {
      if (contactId === undefined || sessionStartedAt === undefined) {
        throw new Forbidden('Only a customer session can be renewed: send it as the access token.');
      }
      return ticketOf(organizationId, contactId, sessionStartedAt);
    },
    authenticate(token) {
      const session = open(token);
      const credential = session && find(session.organizationId);
      // By the bound of today, too: it may have been lowered since.
      const ends = session && Math.min(session.expiresAt, session.startedAt + maxMs);
      if (session === undefined || credential === undefined || ends === undefined || ends <= Date.now()) {
        throw unauthenticatedError(new Detail('a session that is not good here, or no more'));
      }
      return toCaller(session.organizationId, session.cid, session.startedAt, credential);
    },
  };
}

/** The same caller after a renewal: what it has sent with an `Idempotency-Key` stays its own. */
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
