import type { Secret } from '../crypto/secret.ts';
import { NotFound, OutcomeUnknown, QueryTooExpensive } from '../errors.ts';
import type { ContactChanges } from './endpoints/contact-changes.ts';
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
import type { WriteResult } from './endpoints/write-result.ts';
import type { Upstream } from './operation/upstream.ts';

/** All that one operation may change. What is known of a contact is forgotten as soon as it may have been written. */
export type ContactWrites = {
  createContact(contact: NewContact, deduplicate: readonly DeduplicateKey[]): Promise<CreatedContact>;
  updateContact(cid: string, changes: ContactChanges): Promise<void>;
  deleteContact(cid: string): Promise<void>;
  setPolicies(cid: string, acceptances: Acceptances): Promise<void>;
  issueToken(cid: string, lifetime: { expiresIn: number; hits: number }): Promise<ContactToken>;
  redeemToken(token: Secret): Promise<string>;
};

/** Writes that one operation may make: as many as a bulk mutation has rows. */
const maxWrites = 100;

/**
 * @param forget is told of each contact that may have been written, and when, by the upstream's clock, as far as anybody
 *   can tell; the write is not done before it is
 */
export function createContactWrites(
  upstream: Upstream,
  forget: (cid: string, at?: string) => Promise<void>,
): ContactWrites {
  let made = 0;

  /** @throws {QueryTooExpensive} before anything is sent */
  function count(): void {
    made += 1;
    if (made > maxWrites)
      throw new QueryTooExpensive(`An operation makes at most ${maxWrites} writes. This was not made.`);
  }

  async function changing(cid: string, write: () => Promise<WriteResult>): Promise<void> {
    count();
    try {
      await forget(cid, (await write()).at);
    } catch (error) {
      // Nobody can tell what it is like now; and what is not there is not what was known of it.
      if (error instanceof OutcomeUnknown || error instanceof NotFound) await forget(cid);
      throw error;
    }
  }
  return {
    async createContact(contact, deduplicate) {
      count();
      const created = await createContact(upstream, contact, deduplicate);
      // Nobody can have seen a new one.
      if (deduplicate.length > 0) await forget(created.cid, created.at);
      return created;
    },
    updateContact: (cid, changes) => changing(cid, () => updateContact(upstream, cid, changes)),
    deleteContact: (cid) => changing(cid, () => deleteContact(upstream, cid)),
    setPolicies: (cid, acceptances) => changing(cid, () => setPolicies(upstream, cid, acceptances)),
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
