import { NotFound, OutcomeUnknown, QueryTooExpensive } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { ContactChanges } from './contact-changes.ts';
import { type Created, createContact, type DeduplicateKey, type NewContact } from './contact-creation.ts';
import { deleteContact } from './contact-deletion.ts';
import { type ContactToken, issueToken, redeemToken } from './contact-token.ts';
import { updateContact } from './contact-update.ts';
import { type Acceptances, setPolicies } from './policy.ts';
import type { Upstream } from './upstream.ts';
import type { Written } from './written.ts';

/** All that one operation may change. What is known of a contact is forgotten as soon as it may have been written. */
export type Writes = {
  createContact(contact: NewContact, deduplicate: readonly DeduplicateKey[]): Promise<Created>;
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
export function createWrites(upstream: Upstream, forget: (cid: string, at?: string) => Promise<void>): Writes {
  let made = 0;

  /** @throws {QueryTooExpensive} before anything is sent */
  function count(): void {
    made += 1;
    if (made > maxWrites)
      throw new QueryTooExpensive(`An operation makes at most ${maxWrites} writes. This was not made.`);
  }

  async function changing(cid: string, write: () => Promise<Written>): Promise<void> {
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
