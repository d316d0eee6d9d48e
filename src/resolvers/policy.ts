import type { Context } from '../context.ts';
import { type Acceptances, customPolicyPrefix, standardPolicies } from '../model.ts';
import { decodeContactId } from './input/global-id.ts';
import { checkCount, duplicate, notAllowed, required, wrongFormat } from './input/problems.ts';
import type { Optional } from './input/scalar-input.ts';
import { InputValidator } from './input/validator.ts';
import { contactNotFound, type Payload, runMutation, type WrittenContact } from './payload.ts';

/** The acceptances of policies; null and absent policies stay unchanged. */
export type PoliciesInput = { readonly [K in (typeof standardPolicies)[number]]?: Optional<boolean> } & {
  readonly custom?: Optional<readonly { readonly name: string; readonly accepted: boolean }[]>;
};

/** The policies that every contact must accept. */
const mandatory = ['privacy', 'termsOfUse'] as const;

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
  for (const key of mandatory) {
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
  for (const key of mandatory) {
    const accepted = policies[key];
    if (accepted === true) continue;
    const problem = accepted == null ? required : notAllowed;
    check.add([key], problem('This must be accepted: no contact exists without.'));
  }
  return parseAcceptances(policies, check);
}

/** Parses acceptances by the upstream's keys; this adds the prefix of custom policies, which clients never see. */
function parseAcceptances({ custom, ...policies }: PoliciesInput, check: InputValidator): Acceptances {
  const acceptances = new Map<string, boolean>();
  for (const key of standardPolicies) {
    const accepted = policies[key];
    if (accepted != null) acceptances.set(key, accepted);
  }
  check.add(['custom'], checkCount(custom ?? [], { min: 0, max: maxCustom }));
  for (const [index, { name, accepted }] of custom?.slice(0, maxCustom).entries() ?? []) {
    const at = check.nested('custom', String(index));
    const key = at.parse('name', name, toPolicyKey);
    if (key === undefined) continue;
    if (acceptances.has(key)) at.add(['name'], duplicate('This policy is given twice.'));
    acceptances.set(key, accepted);
  }
  return acceptances;
}

function toPolicyKey(name: string): string {
  return customPolicyPrefix + parsePolicyName(name);
}

/** Parses the name of a custom policy, which has no prefix. @throws {BadUserInput} */
export function parsePolicyName(name: string): string {
  if (!/^[\w.-]{1,64}$/.test(name) || name.startsWith(customPolicyPrefix)) {
    throw wrongFormat('CustomPolicyName');
  }
  return name;
}
