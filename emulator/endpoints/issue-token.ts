import { param, payload, tokenLimits } from '../../src/upstream/wire.ts';
import { invalid } from '../api-error.ts';
import { contactOf, type Endpoint, managing } from '../endpoint.ts';
import { parseInteger } from '../param-values.ts';
import { onlyKnown, type Params } from '../query-params.ts';

/** Endpoint 10: a temporary token that stands for a contact. */
export const issueToken: Endpoint = {
  scopes: managing,
  answer(call, { tokens }) {
    const { params, population } = call;
    onlyKnown(params, (name) => name === param.expiration || name === param.hits);
    const lifetime = { expiration: required(params, 'expiration'), hits: required(params, 'hits') };
    const { cid } = contactOf(call);
    return { [payload.token]: tokens.issue({ cid, organizationId: population.organizationId }, lifetime) };
  },
};

/** The documentation gives both a range and neither a default. */
function required(params: Params, name: 'expiration' | 'hits'): number {
  const value = params.get(param[name]);
  if (value === undefined) throw invalid(`"${param[name]}" is missing`);
  return parseInteger(param[name], value, tokenLimits[name]);
}
