import { z } from 'zod';
import { claim, scopes } from '../wire/index.ts';

const claims = z.object({
  exp: z.number().optional().catch(undefined),
  iat: z.number().optional().catch(undefined),
  sub: z.string().optional().catch(undefined),
  [claim.organization]: z.string().optional().catch(undefined),
  [claim.scopes]: z.array(z.unknown()).catch([]),
});

/**
 * Reads the claims of an upstream JWT without verifying it: the upstream verifies. They serve to plan a renewal and
 * to choose an organization, never to grant anything. A token that is no JWT has no claims.
 */
export function readTokenClaims(token: string) {
  const found = claims.safeParse(decodePayload(token)).data;
  const named = scopes.filter((scope) => found?.[claim.scopes].includes(scope));
  return {
    exp: found?.exp,
    iat: found?.iat,
    subject: found?.sub,
    organizationId: found?.[claim.organization],
    /** Undefined where it names none that is known here: it may name them in another way, and is not to be refused for that. */
    scopes: named.length === 0 ? undefined : named,
  };
}

function decodePayload(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
