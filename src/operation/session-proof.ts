import type { SessionAttempt } from '../attempts/session-attempts.ts';
import type { SessionProof } from '../context.ts';
import { ClientGone, NotFound, RateLimited } from '../errors.ts';
import { redeemToken } from '../upstream/endpoints/contact-token.ts';
import { type Credentials, checkCredentials } from '../upstream/endpoints/credentials.ts';
import type { Upstream } from '../upstream/operation/upstream.ts';
import type { UpstreamUsage } from '../upstream/operation/usage.ts';
import { createCallerUpstream } from './contact-access.ts';
import type { ContextOptions } from './context-options.ts';

/**
 * Finds the contact that a customer token or a username and a password stand for, with the organization's own credential.
 *
 * @throws {NotFound} with one message for each reason, {RateLimited}, and {Forbidden} for an organization without sessions
 */
export async function findProvenContact(
  organizationId: string,
  proof: SessionProof,
  usage: UpstreamUsage,
  options: ContextOptions,
): Promise<string> {
  const { caller, clientAddress, customerSessions } = options;
  const credential = customerSessions.credentialFor(organizationId);
  const upstream = createCallerUpstream({ ...caller, organizationId, credential }, usage, options);
  if ('token' in proof) return redeemToken(upstream, proof.token);
  const { credentials } = proof;
  const attempt = { caller, organizationId, username: credentials.username, clientAddress };
  return checkWithinLimits(upstream, credentials, attempt, options);
}

/** The attempt is counted before the call, so that attempts at the same time cannot exceed the limit together. */
async function checkWithinLimits(
  upstream: Upstream,
  credentials: Credentials,
  attempt: SessionAttempt,
  { sessionAttempts }: ContextOptions,
): Promise<string> {
  const takeBack = await sessionAttempts.count(attempt);
  let cid: string | undefined;
  try {
    cid = await checkCredentials(upstream, credentials);
  } catch (error) {
    // An upstream that fails says nothing about the password; a client that left does not wait for what it says.
    if (!(error instanceof RateLimited || error instanceof ClientGone)) await takeBack();
    throw error;
  }
  if (cid === undefined) throw new NotFound('There is no contact with this username and this password.');
  await takeBack();
  return cid;
}
