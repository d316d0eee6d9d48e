import type { Secret } from '../../crypto/secret.ts';
import { Conflict, NotFound } from '../../errors.ts';
import type { Upstream } from '../operation/upstream.ts';
import { credentialsField, path } from '../wire/index.ts';
import { toWireNames } from './contact-changes.ts';
import { readPresentContact } from './contact-existence.ts';

/** The username and the password of a contact. */
export type Credentials = { readonly username: string; readonly password: Secret };

/**
 * Endpoint 16: finds the contact to which a username and a password belong.
 *
 * @returns the cid; undefined where they do not belong together. The upstream says so in three ways, which are the same here
 * @throws {RateLimited} after too many attempts
 */
export async function checkCredentials(
  upstream: Upstream,
  { username, password }: Credentials,
): Promise<string | undefined> {
  const { organizationId } = upstream;
  const body = toWireNames(credentialsField, { username, password: password.reveal(), organizationId });
  const call = { resource: 'checkCredentials', path: path.checkCredentials, body };
  try {
    return await upstream.check(call, readPresentContact);
  } catch (error) {
    if (error instanceof NotFound || error instanceof Conflict) return undefined;
    throw error;
  }
}
