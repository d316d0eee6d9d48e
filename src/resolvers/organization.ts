import type { Context } from '../context.ts';

type Organization = Context['organization'];

/** The caller's organization, as far as the gateway has been told about it. */
export function organization(_root: unknown, _args: object, context: Context): Organization {
  return context.organization;
}

/** Somebody else's organization looks as one that does not exist. */
export function organizationByCid(cid: string, context: Context): Organization | null {
  return cid === context.organization.cid ? context.organization : null;
}
