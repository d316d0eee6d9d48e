import type { Secret } from '../crypto/secret.ts';
import { NotFound, OutcomeUnknown, QueryTooExpensive } from '../errors.ts';
import { type AppDevice, registerDevice } from './endpoints/app-device.ts';
import type { ContactUpdate, WriteResult } from './endpoints/contact-changes.ts';
import {
  type CreatedContact,
  createContact,
  type DeduplicateKey,
  type NewContact,
} from './endpoints/contact-creation.ts';
import { deleteContact } from './endpoints/contact-deletion.ts';
import { type ContactToken, issueToken, redeemToken } from './endpoints/contact-token.ts';
import { updateContact } from './endpoints/contact-update.ts';
import { type Acceptances, setPolicies } from './endpoints/policy.ts';
import type { Upstream } from './operation/upstream.ts';

/** The writes of one operation. After each, everything that was kept about the contact is invalidated. */
export type ContactWrites = {
  createContact(contact: NewContact, deduplicate: readonly DeduplicateKey[]): Promise<CreatedContact>;
  updateContact(cid: string, changes: ContactUpdate): Promise<void>;
  deleteContact(cid: string): Promise<void>;
  setPolicies(cid: string, acceptances: Acceptances): Promise<void>;
  registerDevice(cid: string, device: AppDevice): Promise<void>;
  issueToken(cid: string, lifetime: { expiresIn: number; hits: number }): Promise<ContactToken>;
  redeemToken(token: Secret): Promise<string>;
};

/** The number of writes that one operation may make: as many as a bulk mutation has rows. */
const maxWrites = 100;

/**
 * Creates the writes of one operation.
 *
 * @param invalidate is called for each contact that a write may have changed, with the time of the upstream's answer if it is
 *   known; the write resolves only after it has
 */
export function createContactWrites(
  upstream: Upstream,
  invalidate: (cid: string, at?: string) => Promise<void>,
): ContactWrites {
  let writes = 0;

  /** @throws {QueryTooExpensive} before anything is sent */
  function count(): void {
    writes += 1;
    if (writes > maxWrites)
      throw new QueryTooExpensive(`An operation makes at most ${maxWrites} writes. This was not made.`);
  }

  async function writeAndInvalidate(cid: string, write: () => Promise<WriteResult>): Promise<void> {
    count();
    try {
      await invalidate(cid, (await write()).at);
    } catch (error) {
      // After an unknown outcome the contact may have changed; a contact that is not found is not what was kept.
      if (error instanceof OutcomeUnknown || error instanceof NotFound) await invalidate(cid);
      throw error;
    }
  }
  return {
    async createContact(contact, deduplicate) {
      count();
      const created = await createContact(upstream, contact, deduplicate);
      // A new contact cannot have been read before; without deduplication the contact is always new.
      if (deduplicate.length > 0) await invalidate(created.cid, created.at);
      return created;
    },
    updateContact: (cid, changes) => writeAndInvalidate(cid, () => updateContact(upstream, cid, changes)),
    deleteContact: (cid) => writeAndInvalidate(cid, () => deleteContact(upstream, cid)),
    setPolicies: (cid, acceptances) => writeAndInvalidate(cid, () => setPolicies(upstream, cid, acceptances)),
    registerDevice: (cid, device) => writeAndInvalidate(cid, () => registerDevice(upstream, cid, device)),
    async issueToken(cid, lifetime) {
      count();
      return issueToken(upstream, cid, lifetime);
    },
    async redeemToken(token) {
      count();
      return redeemToken(upstream, token);
    },
  };
}
