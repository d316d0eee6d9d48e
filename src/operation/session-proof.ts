import type { SessionAttempt } from '../attempts/session-attempts.ts';
import type { SessionProof } from '../context.ts';
import { ClientGone, NotFound, RateLimited } from '../errors.ts';
import { redeemToken } from '../upstream/endpoints/contact-token.ts';
import { checkCredentials } from '../upstream/endpoints/credentials.ts';
import type { UpstreamUsage } from '../upstream/operation/usage.ts';
import { createCallerUpstream } from './contact-access.ts';
import type { ContextOptions } from './context-options.ts';

/**
 * Finds the contact that a customer token or a username and a password stand for, with the organization's own credential.
 *
 * @throws {NotFound} with one message for each reason, {Gone}, {RateLimited}, and {Forbidden} for an organization without sessions
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
  const attempt = { caller, organizationId, clientAddress };
  if ('token' in proof) {
    const redeem = () => redeemToken(upstream, proof.token);
    return findWithinLimits({ ...attempt, username: undefined }, redeem, options);
  }
  const { credentials } = proof;
  async function check(): Promise<string> {
    const cid = await checkCredentials(upstream, credentials);
    if (cid === undefined) throw new NotFound('There is no contact with this username and this password.');
    return cid;
  }
  return findWithinLimits({ ...attempt, username: credentials.username }, check, options);
}

/** The attempt is counted before the call, so that attempts at the same time cannot exceed the limit together. */
async function findWithinLimits(
  attempt: SessionAttempt,
  find: () => Promise<string>,
  { sessionAttempts }: ContextOptions,
): Promise<string> {
  const takeBack = await sessionAttempts.count(attempt);
  try {
    const cid = await find();
    await takeBack();
    return cid;
  } catch (error) {
    if (!isWrongAttempt(error, attempt)) await takeBack();
    throw error;
  }
}

/**
 * An upstream that fails says nothing about a password or a token, and a token that has ended was genuine once. A client that
 * left does not wait for what the upstream says, and a 429 is the upstream's own limit: of one username for passwords, but for
 * tokens of a whole organization, whose callers must not lose their attempts by the guesses of another one.
 */
function isWrongAttempt(error: unknown, { username }: SessionAttempt): boolean {
  if (error instanceof NotFound || error instanceof ClientGone) return true;
  return error instanceof RateLimited && username !== undefined;
}
