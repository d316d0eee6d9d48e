import { toNetwork } from '../attempts/client-network.ts';
import { type Caller, callBudgetKey } from '../auth/caller.ts';
import { createKeyedHash } from '../crypto/keyed-hash.ts';
import type { Valkey } from '../valkey/connection.ts';
import { CallAllowance, type CallPolicy } from './call-allowance.ts';
import { LocalBuckets } from './local-buckets.ts';
import { SharedBuckets } from './shared-buckets.ts';

/** How many upstream calls one caller may cause over time. 0 is no limit. */
export type CallLimits = {
  /** Calls in a minute of a caller with an access token. */
  readonly perToken: number;
  /** Calls in a minute of a contact, with all its customer sessions. */
  readonly perContact: number;
  /** Calls in a minute of an address without a token, which can start customer sessions and nothing else. */
  readonly perAddress: number;
  /** The time for which unused calls are kept, in seconds. */
  readonly burstSeconds: number;
  /** The most calls of one operation: a caller can always have so many, whatever its limit is. */
  readonly perOperation: number;
};

/** The budgets of all callers. */
export type CallBudget = {
  /** Returns what one operation of a caller may take. @param clientAddress of the client, if it is known */
  allowanceFor(caller: Caller, clientAddress: string | undefined): CallAllowance;
};

/**
 * Creates the budgets of a gateway: a token bucket of upstream calls for each caller.
 *
 * @param key of the hashes of addresses; it is the same on all replicas
 * @param valkey where replicas share the budgets
 */
export function createCallBudget(limits: CallLimits, key: Buffer, valkey: Valkey | undefined): CallBudget {
  const buckets = valkey === undefined ? new LocalBuckets() : new SharedBuckets(valkey);
  const hash = createKeyedHash(key, 'call-budget');
  const [token, contact, address] = [limits.perToken, limits.perContact, limits.perAddress].map((perMinute) =>
    toPolicy(perMinute, limits),
  );
  return {
    allowanceFor(caller, clientAddress) {
      if (caller.isAnonymous) return new CallAllowance(buckets, address, hash(toNetwork(clientAddress ?? '')));
      const policy = caller.contactId === undefined ? token : contact;
      return new CallAllowance(buckets, policy, callBudgetKey(caller));
    },
  };
}

function toPolicy(perMinute: number, { burstSeconds, perOperation }: CallLimits): CallPolicy | undefined {
  if (perMinute === 0) return undefined;
  const callsPerMs = perMinute / 60_000;
  const capacity = Math.max(Math.ceil((perMinute * burstSeconds) / 60), perOperation);
  return {
    ...{ capacity, callsPerMs },
    // The quota is one bucket, and its window the time in which an empty one is filled.
    header: `"calls";q=${capacity};w=${Math.ceil(capacity / callsPerMs / 1_000)}`,
  };
}
