import { z } from 'zod';
import { parseJsonBytes } from '../../http-message/json-text.ts';
import { claim, scopes } from '../wire/index.ts';

const claims = z.object({
  exp: z.number().optional().catch(undefined),
  iat: z.number().optional().catch(undefined),
  iss: z.string().optional().catch(undefined),
  [claim.organization]: z.string().optional().catch(undefined),
  [claim.scopes]: z.array(z.unknown()).catch([]),
});

/**
 * Reads the claims of an upstream JWT without verifying it, which the upstream does. They are used to plan a renewal and to
 * choose an organization, and never grant access. A token that is not a JWT has no claims.
 */
export function readTokenClaims(token: string) {
  const parsed = claims.safeParse(decodePayload(token)).data;
  const granted = scopes.filter((scope) => parsed?.[claim.scopes].includes(scope));
  return {
    exp: parsed?.exp,
    iat: parsed?.iat,
    issuer: parsed?.iss,
    organizationId: parsed?.[claim.organization],
    /** Undefined if the token has no scope of the contract: it may use other names, and is not refused for that. */
    scopes: granted.length === 0 ? undefined : granted,
  };
}

function decodePayload(token: string): unknown {
  try {
    return parseJsonBytes(Buffer.from(token.split('.')[1] ?? '', 'base64url'));
  } catch {
    return undefined;
  }
}
