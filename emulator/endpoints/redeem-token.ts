import { payload } from '../../src/upstream/wire.ts';
import { Refusal } from '../api-error.ts';
import { type Endpoint, managing, withoutParams } from '../endpoint.ts';

/** Endpoint 11: whom a token stands for. Asking uses up one of its hits. */
export const redeemToken: Endpoint = {
  scopes: managing,
  answer(call, { tokens }) {
    withoutParams(call);
    const cid = tokens.redeem(call.id, call.grant);
    if (call.population.store.find(cid) === undefined) throw new Refusal(410, 'The customer of this token is gone');
    return { [payload.tokenOwner]: cid };
  },
};
