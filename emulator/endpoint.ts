import type { Scope } from '../src/upstream/wire.ts';
import { forbidden, notFound } from './api-error.ts';
import type { Contact } from './contact.ts';
import type { Population } from './organization-data.ts';
import { onlyKnown, type Params } from './query-params.ts';
import type { System } from './system.ts';
import type { Grant } from './token-issuer.ts';

/** A call that was let in: by whom, about what. */
export type Call = {
  /** The organization of the token: a client never leaves it. */
  readonly population: Population;
  readonly grant: Grant;
  /** The id in the path, decoded; empty where there is none. */
  readonly id: string;
  readonly params: Params;
  /** The parsed JSON body, of anything at all. */
  readonly body: unknown;
};

/** One of the upstream's calls: who may make it, and what it adds to the envelope of its answer. */
export type Endpoint = {
  readonly scopes: readonly Scope[];
  readonly takesBody?: true;
  answer(call: Call, system: System): object;
};

/** Scopes of the contract's table; a client needs one of them. */
export const reading: readonly Scope[] = ['organization_read', 'customer_read'];
export const writing: readonly Scope[] = ['organization_write', 'customer_write'];
export const managing: readonly Scope[] = ['organization_write'];

/** The organization that a token belongs to. */
export function populationOf({ populations }: System, { organizationId }: Grant): Population {
  const population = populations.get(organizationId);
  if (population === undefined) throw forbidden();
  return population;
}

/** The contact that a call is about. @throws {Refusal} 404 also for a contact of another organization */
export function contactOf({ population, id }: Call): Contact {
  const contact = population.store.find(id);
  if (contact === undefined) throw notFound();
  return contact;
}

/** For calls that take no parameters. */
export function withoutParams({ params }: Call): void {
  onlyKnown(params, () => false);
}
