import type { Context } from '../context.ts';
import type { Organization } from '../model.ts';

/** Resolves the caller's organization, with its settings from the configuration. */
export function organization(_root: unknown, _args: object, context: Context): Promise<Organization> {
  return context.organization();
}

/** Finds an organization by its id; another organization than the caller's is null, as if it did not exist. */
export async function organizationByCid(cid: string, context: Context): Promise<Organization | null> {
  return cid === context.caller.organizationId ? context.organization() : null;
}
