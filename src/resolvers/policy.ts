import type { Context } from '../context.ts';
import { type Acceptances, customPolicyPrefix, mandatoryPolicies, standardPolicies } from '../model.ts';
import { eitherName } from './input/deprecated-name.ts';
import { decodeContactId } from './input/global-id.ts';
import { checkCount, duplicate, notAllowed, required, wrongFormat } from './input/problems.ts';
import type { Optional } from './input/scalar-input.ts';
import { InputValidator } from './input/validator.ts';
import { contactNotFound, type Payload, runMutation, type WrittenContact } from './payload.ts';

/** The acceptances of policies; null and absent policies stay unchanged. */
export type PoliciesInput = { readonly [K in (typeof standardPolicies)[number]]?: Optional<boolean> } & {
  readonly custom?: Optional<readonly CustomPolicyInput[]>;
};

type CustomPolicyInput = {
  readonly key?: Optional<string>;
  readonly name?: Optional<string>;
  readonly accepted: boolean;
};

const maxCustom = 100;

/** Sets policy acceptances of a contact; the mandatory ones cannot be withdrawn. */
export function setContactPolicies(
  _root: object,
  { input: { id, policies } }: { input: { id: string; policies: PoliciesInput } },
  { writes }: Context,
): Promise<Payload<WrittenContact>> {
  const validator = new InputValidator(['input']);
  const cid = validator.parse('id', id, decodeContactId);
  const acceptances = parseAcceptances(policies, validator.nested('policies'));
  if (acceptances.size === 0 && validator.problems.length === 0) {
    validator.add(['policies'], required('Give at least one policy.'));
  }
  for (const key of mandatoryPolicies) {
    if (policies[key] === false) {
      validator.add(['policies', key], notAllowed('This cannot be taken back. Delete the contact instead.'));
    }
  }
  return runMutation({
    validator,
    subject: cid,
    notFound: contactNotFound(validator),
    write: async (cid) => {
      await writes.setPolicies(cid, acceptances);
      return { cid };
    },
  });
}

/** Parses the acceptances of a new contact: both mandatory policies must be accepted. */
export function parseNewAcceptances(policies: PoliciesInput, check: InputValidator): Acceptances {
  const acceptances = parseAcceptances(policies, check);
  requireAcceptances(acceptances, mandatoryPolicies, check);
  return acceptances;
}

/**
 * Adds a problem for each of the policies that is not accepted. A custom policy whose name clients cannot send is left to the
 * upstream.
 */
export function requireAcceptances(acceptances: Acceptances, keys: readonly string[], check: InputValidator): void {
  const customKeys = [...acceptances.keys()].filter((key) => key.startsWith(customPolicyPrefix));
  for (const key of keys) {
    const accepted = acceptances.get(key);
    const isCustom = key.startsWith(customPolicyPrefix);
    const name = isCustom ? key.slice(customPolicyPrefix.length) : key;
    if (accepted === true || (isCustom && !policyName.test(name))) continue;
    const index = accepted === undefined ? [] : [String(customKeys.indexOf(key)), 'accepted'];
    const problem = accepted === undefined ? required : notAllowed;
    const message = isCustom ? `The policy "${name}" must be accepted` : 'This must be accepted';
    check.add(isCustom ? ['custom', ...index] : [key], problem(`${message}: no contact exists without.`));
  }
}

/** Parses acceptances by the upstream's keys. */
function parseAcceptances({ custom, ...policies }: PoliciesInput, check: InputValidator): Acceptances {
  const acceptances = new Map<string, boolean>();
  for (const key of standardPolicies) {
    const accepted = policies[key];
    if (accepted != null) acceptances.set(key, accepted);
  }
  check.add(['custom'], checkCount(custom ?? [], { min: 0, max: maxCustom }));
  for (const [index, policy] of custom?.slice(0, maxCustom).entries() ?? []) {
    const at = check.nested('custom', String(index));
    const { name, value } = eitherName(policy, 'key', 'name', at);
    if (value == null) at.add([name], required('Say which policy it is.'));
    const key = at.parse(name, value, name === 'key' ? parsePolicyKey : toPolicyKey);
    if (key === undefined) continue;
    if (acceptances.has(key)) at.add([name], duplicate('This policy is given twice.'));
    acceptances.set(key, policy.accepted);
  }
  return acceptances;
}

function toPolicyKey(name: string): string {
  return customPolicyPrefix + parsePolicyName(name);
}

const policyName = /^[\w.-]{1,64}$/;

/** Parses the key of a custom policy. @throws {BadUserInput} */
export function parsePolicyKey(key: string): string {
  const name = key.startsWith(customPolicyPrefix) ? key.slice(customPolicyPrefix.length) : '';
  if (!policyName.test(name) || name.startsWith(customPolicyPrefix)) throw wrongFormat('CustomPolicyKey');
  return key;
}

/** Parses the name of a custom policy, which has no prefix. @throws {BadUserInput} */
export function parsePolicyName(name: string): string {
  if (!policyName.test(name) || name.startsWith(customPolicyPrefix)) {
    throw wrongFormat('CustomPolicyName');
  }
  return name;
}
