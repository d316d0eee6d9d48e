import { customPolicyPrefix, standardPolicies } from '../src/upstream/wire.ts';
import type { Policy } from './contact.ts';

/** A key by which the upstream addresses a policy [doc]. */
export function isPolicyKey(key: string): boolean {
  const custom = key.startsWith(customPolicyPrefix) && key.length > customPolicyPrefix.length;
  return custom || standardPolicies.some((known) => known === key);
}

/** The acceptances after some were set; what was not mentioned before is added at the end. */
export function applyPolicies(
  policies: readonly Policy[] | null | undefined,
  changes: Iterable<readonly [key: string, accepted: boolean]>,
): readonly Policy[] {
  const acceptances = new Map<string, boolean>();
  for (const name of standardPolicies) acceptances.set(name, false);
  for (const { name, accepted } of Array.isArray(policies) ? policies : []) acceptances.set(name, accepted);
  for (const [name, accepted] of changes) acceptances.set(name, accepted);
  return [...acceptances].map(([name, accepted]) => ({ name, accepted }));
}
