import type { Context } from '../context.ts';
import type { Organization } from '../model.ts';

/** The caller's organization, as far as the gateway has been told about it. */
export function organization(_root: unknown, _args: object, context: Context): Promise<Organization> {
  return context.organization();
}

/** Somebody else's organization looks as one that does not exist. */
export async function organizationByCid(cid: string, context: Context): Promise<Organization | null> {
  return cid === context.caller.organizationId ? context.organization() : null;
}
