import { toPoliciesInput } from '../contact/policy-input';
import type { CreateFormMutation$variables } from './__generated__/CreateFormMutation.graphql';

/** The prefix of the name of a check box for a policy. */
export const POLICY = 'policy:';

/** Returns the input of `createContact` for a form: fields without a value are left out. */
export function toCreateInput(form: FormData): CreateFormMutation$variables['input'] {
  const texts = new Map(
    [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])),
  );
  const filled = [...texts].filter(([name, value]) => value !== '' && !name.startsWith(POLICY));
  const accepted = [...texts.keys()].filter((name) => name.startsWith(POLICY));
  return {
    ...Object.fromEntries(filled),
    signupMethod: 'CONTROLPANEL',
    policies: toPoliciesInput(accepted.map((name) => ({ key: name.slice(POLICY.length), accepted: true }))),
  };
}

type UserError = { readonly field: readonly string[] | null | undefined; readonly message: string };

/**
 * Returns the message for each field of the form. The path of an error begins with `input`; that of a custom policy, which
 * the form has sent in a list or not at all, belongs to the policies as a whole.
 */
export function messagesByField(userErrors: readonly UserError[]): ReadonlyMap<string, string> {
  return new Map(
    userErrors.map(({ field, message }) => {
      const [, name = '', policy] = field ?? [];
      const isStandard = name === 'policies' && policy !== undefined && policy !== 'custom';
      return [isStandard ? `${POLICY}${policy}` : name, message];
    }),
  );
}
