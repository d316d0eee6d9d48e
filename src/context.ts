import type { Caller } from './auth/caller.ts';
import type { ContactAccess } from './auth/contact-scope.ts';
import type { IssuedCustomerSession } from './auth/session.ts';
import type { CallAllowance } from './call-budget/call-allowance.ts';
import type { Organization } from './config/organizations.ts';
import type { CursorCipher } from './crypto/cursor-cipher.ts';
import type { KeyedHash } from './crypto/keyed-hash.ts';
import type { Secret } from './crypto/secret.ts';
import type { IdempotentWrite } from './idempotency/idempotency.ts';
import type { Contact } from './upstream/endpoints/contact.ts';
import type { Credentials } from './upstream/endpoints/credentials.ts';
import type { Service } from './upstream/endpoints/service.ts';
import type { UpstreamUsage } from './upstream/operation/usage.ts';
import type { Slice } from './upstream/pagination/slice.ts';

/**
 * All that a resolver may use. All I/O of a resolver goes through its context, which is bound to one operation: its caller,
 * its deadline and its client. `src/operation/operation.ts` implements it.
 */
export type Context = ContactAccess &
  OperationIdentity & {
    readonly cursorCipher: CursorCipher;
    /** Who the caller is, whatever its token: for the hash of an id that clients keep. */
    readonly callerIdentity: readonly string[];
    /** Hashes what identifies an object whose global id must not contain it. */
    readonly idHash: KeyedHash;
    /** The most rows that one page of a connection may hold. */
    readonly maxPageSize: number;
    readonly usage: UpstreamUsage;
    /** What the operation may take of its caller's upstream calls over time. */
    readonly callAllowance: CallAllowance;
    /** Whether the client asks for the cost of the operation in its answer. */
    readonly showsCost: boolean;
    /** Whether the client asks for the plan of the operation instead of its execution, and may have it. */
    readonly planRequest: PlanRequest;
    /** The domain of the certificate of the WiFi's server, for an organization that names none of its own. */
    readonly wifiServerDomain: string | undefined;
    /** The organizations whose contacts can have a customer session. */
    readonly customerSessionOrganizations: readonly string[];
    /**
     * Redeems a customer token, or checks a username and a password, and starts a customer session. From then on the
     * operation has the identity of the session: it does everything else as that contact. An operation can start one session.
     *
     * @throws {NotFound} for an unknown token and for credentials that do not belong together, {Gone} for a token that has
     *   expired or is used up, {RateLimited}, {Forbidden} and {BadUserInput} where no session can be started
     */
    startCustomerSession(organizationId: string, proof: SessionProof): Promise<IssuedCustomerSession>;
    /**
     * Revokes the caller's own token at the upstream, and refuses it from then on, here and at the other replicas.
     *
     * @throws {Forbidden} for a caller without a token of the upstream, {Unauthenticated} if the upstream does not accept it
     */
    revokeToken(): Promise<void>;
    /**
     * Renews the caller's customer session, for which the profile of its contact is read.
     *
     * @throws {Forbidden} for a caller that is no customer session, {Unauthenticated} where the contact was deleted
     */
    renewCustomerSession(): Promise<IssuedCustomerSession>;
  };

/** A plan of upstream calls instead of an execution; `refused` where the configuration does not allow it. */
export type PlanRequest = 'none' | 'allowed' | 'refused';

/** What a customer session is started with. */
export type SessionProof = { readonly token: Secret } | { readonly credentials: Credentials };

/** The part of a context that depends on the caller. */
export type OperationIdentity = {
  readonly caller: Caller;
  /**
   * What the configuration says about the caller's organization. The claims of a token grant nothing: where the gateway
   * cannot verify a token, it first makes one upstream call to see whether the token is valid for the organization.
   */
  readonly organization: () => Promise<Organization>;
  /**
   * Returns the service of the caller's token: as it is cached, or by an upstream call. Undefined for a caller without an
   * upstream token of its own, and where the upstream does not tell.
   */
  readonly service: () => Promise<Service | undefined>;
  /** Makes a write safe to repeat, for a request with an `Idempotency-Key`. */
  readonly idempotentWrite: IdempotentWrite;
  /**
   * Waits until a list may be read whose rows will make so many upstream calls. Only the first call in an operation waits:
   * an operation that waited again would hold the capacity that others wait for.
   *
   * @throws {Overloaded}
   */
  readonly waitForFanOut: (calls: number) => Promise<void>;
  /** The indexes of the rows in a slice that may be older than a write to their contact. */
  readonly findStaleRows: (slice: Slice<Contact>) => readonly number[];
};
