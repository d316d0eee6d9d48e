import type { Context } from '../context.ts';
import { Gone, NotFound, Unauthenticated } from '../errors.ts';
import { customPolicyPrefix, mandatoryPolicies, type Organization, type OrganizationPolicy } from '../model.ts';

/** A policy as it is shown to a person. */
export type LabelledPolicy = { readonly key: string; readonly title: string; readonly required: boolean };

/** How long a creation waits for the policies, in ms: the upstream checks them itself. */
const maxWaitMs = 1_000;

/**
 * Reads the policies that the organization asks its contacts to accept. The upstream lists them; the organizations file has
 * labels for them, and says of a policy whether it is required where the upstream does not. Where the upstream has no such
 * call, the list is that of the file, and where the call fails, it is that as well if the file has policies.
 *
 * @param maxWaitMs how long the call of the upstream is waited for; the deadline of the operation without it
 * @throws the error of the call
 */
export async function organizationPolicies(context: Context, maxWaitMs?: number): Promise<readonly LabelledPolicy[]> {
  const listing = context.organizationReads.policies(maxWaitMs);
  listing.catch(() => undefined); // so that no rejection is unhandled while the organization is read
  const { policies: configured } = await context.organization();
  try {
    return (await listing).map((policy) => label(policy, configured));
  } catch (error) {
    const isAbsent = error instanceof NotFound || error instanceof Gone;
    if (isAbsent || (configured.length > 0 && !(error instanceof Unauthenticated))) return configured;
    throw error;
  }
}

/** Returns the keys of the policies that a new contact must accept; only the mandatory ones where they cannot be read in time. */
export async function requiredPolicies(context: Context): Promise<readonly string[]> {
  try {
    const policies = await organizationPolicies(context, maxWaitMs);
    return policies.filter(({ required }) => required).map(({ key }) => key);
  } catch {
    return mandatoryPolicies;
  }
}

function label({ key, required }: OrganizationPolicy, configured: Organization['policies']): LabelledPolicy {
  const entry = configured.find((policy) => policy.key === key);
  return { key, title: entry?.title ?? titleOf(key), required: required ?? entry?.required ?? false };
}

const titles: ReadonlyMap<string, string> = new Map([
  ['termsOfUse', 'Terms of use'],
  ['privacy', 'Privacy policy'],
  ['minimumAgeVerification', 'Minimum age'],
  ['mktgCommunications', 'Marketing communications'],
]);

/** The title of a policy for which the configuration has none; that of a custom policy is its name. */
function titleOf(key: string): string {
  return titles.get(key) ?? key.slice(key.startsWith(customPolicyPrefix) ? customPolicyPrefix.length : 0);
}
