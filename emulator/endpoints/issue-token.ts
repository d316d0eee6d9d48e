import { param, payload, tokenLimits } from '../../src/upstream/wire/index.ts';
import { validationError } from '../api-error.ts';
import { type Endpoint, requireContact, tokenScopes } from '../endpoint.ts';
import { parseInteger } from '../param-values.ts';
import { type Params, rejectUnknownParams } from '../query-params.ts';

/** Endpoint 10: issues a temporary token for a contact. */
export const issueToken: Endpoint = {
  scopes: tokenScopes,
  handle(call, { tokens }) {
    const { params, organization } = call;
    rejectUnknownParams(params, (name) => name === param.expiration || name === param.hits);
    const lifetime = { expiration: requiredInteger(params, 'expiration'), hits: requiredInteger(params, 'hits') };
    const { cid } = requireContact(call);
    return { [payload.token]: tokens.issue({ cid, organizationId: organization.organizationId }, lifetime) };
  },
};

/** Both parameters are required, because the documentation gives each a range and no default. */
function requiredInteger(params: Params, name: 'expiration' | 'hits'): number {
  const value = params.get(param[name]);
  if (value === undefined) throw validationError(`"${param[name]}" is missing`);
  return parseInteger(param[name], value, tokenLimits[name]);
}
