import { customPolicyPrefix, standardPolicies } from '../src/upstream/wire/index.ts';
import type { Policy } from './contact.ts';

/** Returns whether a text is a key of a policy: a standard one, or a custom one with its prefix [doc]. */
export function isPolicyKey(key: string): boolean {
  const custom = key.startsWith(customPolicyPrefix) && key.length > customPolicyPrefix.length;
  return custom || standardPolicies.some((policy) => policy === key);
}

/**
 * Returns the acceptances of a contact after some of them were set. New policies are added at the end.
 *
 * @param policies the current acceptances
 */
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
