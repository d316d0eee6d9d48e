import type { Context } from '../context.ts';
import type { Payload } from './payload.ts';

/** A token that is refused from now on. */
export type TokenRevocation = { readonly revokedAt: string };

/** Revokes the caller's own token. The user has nothing to correct: each failure is an error. */
export async function revokeToken(
  _root: object,
  _args: object,
  context: Context,
): Promise<Required<Payload<TokenRevocation>>> {
  await context.revokeToken();
  return { result: { revokedAt: new Date().toISOString() }, userErrors: [] };
}
