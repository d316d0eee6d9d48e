/** What a contact said to a policy. */
export type Acceptance = { readonly key: string; readonly accepted: boolean | null | undefined };

const CUSTOM = 'customs.';

/** Returns the input of `setContactPolicies` for some policies; those of the organization itself are custom ones. */
export function toPoliciesInput(acceptances: readonly Acceptance[]) {
  const custom = acceptances.filter(({ key }) => key.startsWith(CUSTOM));
  const standard = acceptances.filter(({ key }) => !key.startsWith(CUSTOM));
  return {
    ...Object.fromEntries(standard.map(({ key, accepted }) => [key, accepted === true])),
    ...(custom.length > 0 && {
      custom: custom.map(({ key, accepted }) => ({ key, accepted: accepted === true })),
    }),
  };
}
