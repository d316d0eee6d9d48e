import { clientKey } from '../attempts/client-key.ts';
import type { Caller } from '../auth/caller.ts';
import { type ContactAccess, restrictToContact } from '../auth/contact-scope.ts';
import { organizationRefused } from '../auth/organization-choice.ts';
import type { Organization } from '../config/organizations.ts';
import type { OperationIdentity } from '../context.ts';
import type { Contact } from '../upstream/endpoints/contact.ts';
import type { Service } from '../upstream/endpoints/service.ts';
import type { UpstreamUsage } from '../upstream/operation/usage.ts';
import type { Slice } from '../upstream/pagination/slice.ts';
import { findStaleRows } from '../upstream/write-log/stale-rows.ts';
import { CallerAccess } from './contact-access.ts';
import type { ContextOptions } from './context-options.ts';
import { OperationTokenCall } from './token-call.ts';

/** The part of a context that depends on the caller. */
export type Identity = OperationIdentity & { readonly access: ContactAccess };

/**
 * Creates the part of a context that depends on the caller.
 *
 * @param usage counts the upstream calls of the whole operation, whichever identity makes them
 */
export function createIdentity(caller: Caller, usage: UpstreamUsage, options: ContextOptions): Identity {
  const { organizations, writeLog, createIdempotentWrite, fanOutAdmission, deadline, sessionMayDelete, clientAddress } =
    options;
  const { organizationId, contactId, organizationProof } = caller;
  const access = new CallerAccess(caller, usage, options);
  let pendingService: Promise<Service | undefined> | undefined;
  async function service(): Promise<Service | undefined> {
    pendingService ??= caller.service?.(new OperationTokenCall(options.send, deadline, usage));
    return pendingService;
  }
  async function prove(): Promise<void> {
    const own = await service();
    // Where the upstream does not tell what the service is, a list of one row shows whether the token is valid.
    if (own === undefined) {
      usage.addUnforeseen(1);
      await access.scrolls.open({}, 1);
    } else if (!own.organizations.includes(organizationId)) throw organizationRefused();
    organizationProof?.give();
  }
  let proof: Promise<void> | undefined;
  async function organization(): Promise<Organization> {
    if (organizationProof?.isGiven() === false) {
      proof ??= prove();
      await proof;
    }
    return organizations.get(organizationId) ?? { cid: organizationId, policies: [] };
  }
  let admission: Promise<void> | undefined;
  /** An operation waits once, for all of its calls: two that held some and waited for more could wait for each other forever. */
  function waitForFanOut(calls: number): Promise<void> {
    const all = Math.max(calls, usage.expectedCalls);
    admission ??= usage
      .measureAdmission(fanOutAdmission.enter(clientKey(caller, clientAddress), all, deadline.signal))
      .then(deadline.onEnd);
    return admission;
  }
  return {
    caller,
    organization,
    service,
    access: contactId === undefined ? access : restrictToContact(contactId, access, { mayDelete: sessionMayDelete }),
    idempotentWrite: createIdempotentWrite(caller),
    waitForFanOut,
    findStaleRows: (slice: Slice<Contact>) => findStaleRows(writeLog, organizationId, slice),
  };
}
