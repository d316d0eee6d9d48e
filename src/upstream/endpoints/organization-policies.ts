import { withShape } from '../decode/decoder.ts';
import { type FieldDecoder, flag, nonEmptyText, undecodable } from '../decode/fields.ts';
import { listOf, rowDecoder } from '../decode/row.ts';
import type { Upstream } from '../operation/upstream.ts';
import {
  customPolicyPrefix,
  mandatoryPolicies,
  organizationPoliciesField,
  organizationPolicyField,
  path,
  standardPolicies,
} from '../wire/index.ts';

/** A policy that an organization asks its contacts to accept. */
export type OrganizationPolicy = {
  /** The key as acceptances have it, with the prefix of a custom policy. */
  readonly key: string;
  /** Whether a contact must accept it; undefined where the upstream does not say. */
  readonly required: boolean | undefined;
};

/** A policy that is an object [assumed]. Its id is not read: acceptances address a policy by its name. */
const policyRow = rowDecoder(organizationPolicyField, { name: nonEmptyText, required: flag }, ['name']);

/** A policy that is a text [sdk], or an object. */
const policy: FieldDecoder<OrganizationPolicy> = (value, holder, name) => {
  if (typeof value === 'string' && value !== '') return { key: toKey(value), required: undefined };
  const row = policyRow(value, holder, name);
  return row === undecodable ? row : { key: toKey(row.name), required: row.required ?? undefined };
};
withShape(policy, { kind: 'either', forms: [nonEmptyText, policyRow] });

/** Decodes the list of policies. */
export const policyRows = listOf(policy);

/**
 * Endpoint 15: reads the policies of the organization. The two policies without which no contact exists come first and are
 * required, also where the upstream does not list them [doc]; the others keep their order.
 *
 * @throws {NotFound} and {Gone} where the upstream has no such call
 */
export function listOrganizationPolicies(upstream: Upstream): Promise<readonly OrganizationPolicy[]> {
  return upstream.readSettings('organizationPolicies', path.organizationPolicies(upstream.organizationId), (answer) => {
    const listed = answer.required(organizationPoliciesField.policies, policyRows);
    const byKey = new Map<string, OrganizationPolicy>();
    for (const key of mandatoryPolicies) byKey.set(key, { key, required: true });
    for (const each of listed) if (!byKey.has(each.key)) byKey.set(each.key, each);
    return [...byKey.values()];
  });
}

/** [assumed] A custom policy may be listed by its name alone, whose key has a prefix [doc]. */
function toKey(name: string): string {
  const isKey = standardPolicies.some((key) => key === name) || name.startsWith(customPolicyPrefix);
  return isKey ? name : customPolicyPrefix + name;
}
