import { type Endpoint, rejectAllParams } from '../endpoint.ts';

/** Endpoint 19: revokes the token of the call. The response has no body [doc]. */
export const logout: Endpoint = {
  scopes: [],
  hasNoBody: true,
  handle(call, { tokenIssuer }) {
    rejectAllParams(call);
    tokenIssuer.revoke(call.grant.tokenId);
    return {};
  },
};
