import type { Secret } from '../../crypto/secret.ts';
import { Forbidden } from '../../errors.ts';
import type { Credential, TokenCall } from './credential.ts';
import { invalidToken, type TokenProof } from './token-proof.ts';

/** A token of a caller, and what to do when the upstream refuses or accepts it. */
export type ForwardedCredentialOptions = {
  token: Secret;
  /** A hash of the token. */
  id: string;
  /** The `exp` claim of the token, in seconds since 1970. */
  expiresAt: number | undefined;
  /** Whether the caller has revoked the token, also while the operation is pending. */
  isRevoked?: () => boolean;
  /** Is called when the token is no longer valid. */
  onRejected?: () => void;
  /** Is called when the upstream refuses a token that it has never accepted, with the status that also means "not allowed". */
  onUnknown?: () => void;
  /** Whether the upstream has accepted the token before, or accepts it in a call for this question. */
  isGenuine?: (call: TokenCall) => boolean | Promise<boolean>;
  /** Is called after each call that the upstream accepted, which proves that the token is genuine. */
  onAccepted?: (() => void) | undefined;
  /** How calls are made before the token is proven. */
  proof?: TokenProof;
};

/** Creates the credential that forwards the caller's own token. The gateway cannot renew it. */
export function createForwardedCredential({
  token,
  id,
  expiresAt,
  isRevoked = () => false,
  onRejected = () => undefined,
  onUnknown = () => undefined,
  isGenuine = () => true,
  onAccepted,
  proof,
}: ForwardedCredentialOptions): Credential {
  return {
    id,
    onAccepted,
    proof,
    bearer: () => (isRevoked() ? Promise.reject(invalidToken()) : token),
    onRejected: async (_token, error, call) => {
      const isExpired = expiresAt !== undefined && expiresAt * 1000 <= Date.now();
      const mayLackPermission = !isExpired && error instanceof Forbidden && !isRevoked();
      if (mayLackPermission && (await isGenuine(call))) throw error;
      // The upstream answers a token that it does not know with a 403 as well: such a refusal is not one for good.
      if (mayLackPermission) onUnknown();
      else onRejected();
      throw invalidToken(error);
    },
  };
}
