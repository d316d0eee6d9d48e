import { payload } from '../../src/upstream/wire/index.ts';
import { ApiError } from '../api-error.ts';
import { type Endpoint, rejectAllParams, tokenScopes } from '../endpoint.ts';

/** Endpoint 11: returns the id of the contact that a token belongs to. Each call uses one of the token's hits. */
export const redeemToken: Endpoint = {
  scopes: tokenScopes,
  handle(call, { tokens, organizations }) {
    rejectAllParams(call);
    const cid = tokens.redeem(call.id, call.grant);
    if (!call.grant.organizations.some((id) => organizations.get(id)?.store.find(cid) !== undefined))
      throw new ApiError(410, 'The customer of this token does not exist any more');
    return { [payload.tokenOwner]: cid };
  },
};
