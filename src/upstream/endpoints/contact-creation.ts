import { Secret } from '../../crypto/secret.ts';
import { flag, id, text } from '../decode/fields.ts';
import type { Upstream } from '../operation/upstream.ts';
import {
  createBlock,
  createdField,
  createField,
  type deduplicateKeys,
  param,
  path,
  type signupMethods,
} from '../wire/index.ts';
import { type ContactChanges, toWireChanges, toWireNames } from './contact-changes.ts';
import type { Acceptances } from './policy.ts';
import { readWriteResult, type WriteResult } from './write-result.ts';

/** Texts of a block; what is absent is not sent. */
type Block<B> = { readonly [K in keyof B]?: string | undefined };

/** What a creation takes [doc], but for the organization, which is the caller's. */
export type NewContact = ContactChanges & {
  source: (typeof signupMethods)[number];
  /** `privacy` and `termsOfUse` are true. */
  policies: Acceptances;
  locationId?: string | undefined;
  hotspotId?: string | undefined;
  username?: string | undefined;
  password?: Secret | undefined;
  picture?: string | undefined;
  document?: Block<typeof createBlock.document> | undefined;
  /** Whether the contact is kept from logging in; it is, unless told otherwise [doc]. */
  lock?: boolean | undefined;
  profileId?: string | undefined;
  processingData?: { profiling?: boolean | undefined; processingPersonalData?: boolean | undefined } | undefined;
  device?: Block<typeof createBlock.device> | undefined;
};

/** Which of the values given must be those of an existing contact for it to be updated instead. */
export type DeduplicateKey = (typeof deduplicateKeys)[number];

export type CreatedContact = WriteResult & {
  readonly cid: string;
  readonly username: string | undefined;
  /** Told this once; none for a contact that existed. */
  readonly password: Secret | undefined;
  readonly locked: boolean | undefined;
};

/**
 * Endpoint 8: creates a contact, or updates the one that a key of `deduplicate` finds, whose source, username and
 * password stay then.
 *
 * @throws {Conflict} for what the upstream does not take, like a username that somebody has
 */
export function createContact(
  upstream: Upstream,
  contact: NewContact,
  deduplicate: readonly DeduplicateKey[],
): Promise<CreatedContact> {
  const write = {
    resource: 'createContact',
    method: 'POST',
    path: path.createContact,
    query: deduplicate.length === 0 ? undefined : new URLSearchParams({ [param.deduplicate]: deduplicate.join() }),
    body: toBody(upstream.organizationId, contact),
    repeatable: false,
    advice: 'Look for the contact, by its phone number, say, before you create it again.',
  } as const;
  return upstream.write(write, (answer) => {
    const password = answer.optional(createdField.password, text);
    return {
      ...readWriteResult(answer),
      cid: answer.required(createdField.id, id),
      username: answer.optional(createdField.username, text),
      password: password === undefined ? undefined : new Secret(password),
      locked: answer.optional(createdField.locked, flag),
    };
  });
}

function toBody(organizationId: string, contact: NewContact): Record<string, unknown> {
  const { source, policies, locationId, hotspotId, username, password, picture, ...more } = contact;
  const { document, lock, profileId, processingData, device, ...changes } = more;
  return {
    ...toWireChanges(changes),
    ...toWireNames(createField, {
      ...{ organizationId, source, locationId, hotspotId, username, picture, lock, profileId },
      password: password?.reveal(),
      policies: Object.fromEntries(policies),
      document: document && toWireNames(createBlock.document, document),
      processingData: processingData && toWireNames(createBlock.processingData, processingData),
      device: device && toWireNames(createBlock.device, device),
    }),
  };
}
