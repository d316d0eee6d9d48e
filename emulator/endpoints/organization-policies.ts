import { organizationPoliciesField, organizationPolicyField, payload } from '../../src/upstream/wire/index.ts';
import { forbidden } from '../api-error.ts';
import { type Endpoint, organizationScopes, rejectAllParams } from '../endpoint.ts';
import { createEncoder } from '../wire-names.ts';

const encode = createEncoder(organizationPolicyField);

/** Endpoint 15: the policies of the organization, as texts or as objects. */
export const organizationPolicies: Endpoint = {
  scopes: organizationScopes,
  handle(call, { settings }) {
    rejectAllParams(call);
    if (call.id !== call.organization.organizationId) throw forbidden();
    const { form, policies } = settings.policies();
    return {
      [payload.count]: policies.length,
      [organizationPoliciesField.policies]: policies.map(({ name, required }, index) =>
        form === 'texts' ? name : encode({ id: `policy-${index}`, name, required }),
      ),
    };
  },
};
