import { type Caller, callerIdentity } from '../auth/caller.ts';
import type { IssuedCustomerSession } from '../auth/session.ts';
import type { CallAllowance } from '../call-budget/call-allowance.ts';
import type { Context, SessionProof } from '../context.ts';
import { BadUserInput, Forbidden, NotFound, Unauthenticated, UpstreamRefused } from '../errors.ts';
import { revokeToken } from '../upstream/endpoints/token-revocation.ts';
import type { UpstreamUsage } from '../upstream/operation/usage.ts';
import { createCallerUpstream } from './contact-access.ts';
import type { ContextOptions } from './context-options.ts';
import { createIdentity, type Identity } from './identity.ts';
import { findProvenContact } from './session-proof.ts';

/** Creates the context of one operation. */
export function createContext(options: ContextOptions): Context {
  return new OperationContext(options);
}

/**
 * The context of one operation. What depends on the caller is one object, the identity: starting a customer session replaces
 * it as a whole, and nothing else in the operation changes. It is a class because V8 gives a getter in an object literal a
 * hidden class of its own (ADR 20).
 */
class OperationContext implements Context {
  readonly usage: UpstreamUsage;
  readonly callAllowance: CallAllowance;
  readonly #options: ContextOptions;
  #identity: Identity;
  #hasStartedSession = false;

  constructor(options: ContextOptions) {
    this.usage = options.usage;
    this.callAllowance = options.callBudget.allowanceFor(options.caller, options.clientAddress);
    this.#options = options;
    this.#identity = createIdentity(options.caller, this.usage, options);
  }

  get caller() {
    return this.#identity.caller;
  }

  get loaders() {
    return this.#identity.access.loaders;
  }

  get scrolls() {
    return this.#identity.access.scrolls;
  }

  get existence() {
    return this.#identity.access.existence;
  }

  get writes() {
    return this.#identity.access.writes;
  }

  readContacts(selection: Parameters<Context['readContacts']>[0]) {
    return this.#identity.access.readContacts(selection);
  }

  get organizationReads() {
    return this.#identity.access.organizationReads;
  }

  readEvents(...list: Parameters<Context['readEvents']>) {
    return this.#identity.access.readEvents(...list);
  }

  get organization() {
    return this.#identity.organization;
  }

  get service() {
    return this.#identity.service;
  }

  get idempotentWrite() {
    return this.#identity.idempotentWrite;
  }

  get waitForFanOut() {
    return this.#identity.waitForFanOut;
  }

  get findStaleRows() {
    return this.#identity.findStaleRows;
  }

  get cursorCipher() {
    return this.#options.cursorCipher;
  }

  get callerIdentity() {
    return callerIdentity(this.caller);
  }

  get idHash() {
    return this.#options.idHash;
  }

  get maxPageSize() {
    return this.#options.maxPageSize;
  }

  get showsCost() {
    return this.#options.showsCost;
  }

  get planRequest() {
    return this.#options.planRequest;
  }

  get wifiServerDomain() {
    return this.#options.wifiServerDomain;
  }

  get customerSessionOrganizations() {
    return this.#options.customerSessions.organizationIds;
  }

  async startCustomerSession(organizationId: string, proof: SessionProof): Promise<IssuedCustomerSession> {
    const { caller, customerSessions } = this.#options;
    // One operation must neither try many tokens or passwords nor act for two persons.
    if (caller.contactId !== undefined) throw new Forbidden('A customer session starts no other one.');
    if (this.#hasStartedSession) throw new BadUserInput('An operation starts one customer session.');
    this.#hasStartedSession = true;
    const cid = await findProvenContact(organizationId, proof, this.usage, this.#options);
    const { issued, caller: contact } = customerSessions.start(organizationId, cid);
    this.#switchIdentity(contact);
    return issued;
  }

  async revokeToken(): Promise<void> {
    const { caller } = this;
    if (caller.revokeToken === undefined) {
      throw new Forbidden(
        'Only an access token of the upstream can be revoked here. Revoke this one where it was issued.',
      );
    }
    try {
      await revokeToken(createCallerUpstream(caller, this.usage, this.#options));
    } catch (error) {
      if (error instanceof NotFound) throw new UpstreamRefused('The upstream revokes no tokens.', { cause: error });
      // No scope is needed for this call, so a token that is refused is not valid any more.
      if (!(error instanceof Forbidden)) throw error;
      await caller.revokeToken();
      throw new Unauthenticated('The access token is not valid or has expired.', { cause: error });
    }
    await caller.revokeToken();
  }

  async renewCustomerSession(): Promise<IssuedCustomerSession> {
    const { caller, customerSessions } = this.#options;
    const issued = customerSessions.renew(caller);
    // The session of a deleted contact ends here. An upstream that fails does not end a session.
    await this.loaders.profile.load(issued.cid).catch((error: unknown) => {
      if (error instanceof Unauthenticated) throw error;
    });
    return issued;
  }

  #switchIdentity(caller: Caller): void {
    this.#identity = createIdentity(caller, this.usage, this.#options);
  }
}
