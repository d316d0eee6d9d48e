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
  sdkCreateField,
  type signupMethods,
} from '../wire/index.ts';
import {
  type Block,
  type ContactBlocks,
  type ContactChanges,
  readWriteResult,
  toWireBlocks,
  toWireChanges,
  toWireNames,
  type WriteResult,
} from './contact-changes.ts';
import type { Acceptances } from './policy.ts';

/** The input of a creation [doc]. Its organization is always the caller's. */
export type NewContact = ContactChanges &
  ContactBlocks & {
    source: (typeof signupMethods)[number];
    /** `privacy` and `termsOfUse` must be true. */
    policies: Acceptances;
    locationId?: string | undefined;
    hotspotId?: string | undefined;
    username?: string | undefined;
    password?: Secret | undefined;
    picture?: string | undefined;
    /** Whether the contact may not log in; true by default [doc]. */
    lock?: boolean | undefined;
    profileId?: string | undefined;
    browserLanguage?: string | undefined;
    device?: Block<typeof createBlock.device> | undefined;
  };

/** A field whose value identifies an existing contact, which is then updated instead. */
export type DeduplicateKey = (typeof deduplicateKeys)[number];

/** The answer to a creation. */
export type CreatedContact = WriteResult & {
  readonly cid: string;
  readonly username: string | undefined;
  /** Only this answer has it; a contact that existed before has none. */
  readonly password: Secret | undefined;
  readonly locked: boolean | undefined;
};

/**
 * Endpoint 8: creates a contact, or updates the one that a key of `deduplicate` finds. Such a contact keeps its source,
 * username and password.
 *
 * @throws {Conflict} for values that the upstream does not accept, for example a username that is in use
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
  const { document, lock, profileId, processingData, browserLanguage, device, ...changes } = more;
  return {
    ...toWireChanges(changes),
    ...toWireBlocks({ document, processingData }),
    ...toWireNames(sdkCreateField, { browserLanguage }),
    ...toWireNames(createField, {
      ...{ organizationId, source, locationId, hotspotId, username, picture, lock, profileId },
      password: password?.reveal(),
      policies: Object.fromEntries(policies),
      device: device && toWireNames(createBlock.device, device),
    }),
  };
}
