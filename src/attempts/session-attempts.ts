import type { Caller } from '../auth/caller.ts';
import { createKeyedHash } from '../crypto/keyed-hash.ts';
import type { Valkey } from '../valkey/connection.ts';
import { createAttemptCounter } from './attempt-counter.ts';
import { clientKey } from './client-key.ts';

/** The limits of attempts to start a session; only attempts that fail count. */
export type AttemptLimits = {
  /** The attempts with one username, of all callers together. */
  readonly perUsername: number;
  /** The attempts of one caller, with any usernames. */
  readonly perCaller: number;
  /** The attempts of one caller with customer tokens. The upstream limits these for all callers of an organization together. */
  readonly tokensPerCaller: number;
  readonly windowMs: number;
};

/** An attempt: with what, and by whom. */
export type SessionAttempt = {
  readonly caller: Caller;
  readonly organizationId: string;
  /** The username of an attempt with a password; undefined for one with a customer token. */
  readonly username: string | undefined;
  /** The address of the client, if it is known; it identifies anonymous callers. */
  readonly clientAddress: string | undefined;
};

/** Limits how often usernames and passwords, and customer tokens, are tried. It keeps hashes only. */
export type SessionAttempts = {
  /**
   * Counts an attempt before it is made.
   *
   * @returns takes it back; to be called for an attempt that was no wrong password and no unknown token
   * @throws {RateLimited}
   */
  count(attempt: SessionAttempt): Promise<() => Promise<void>>;
};

/**
 * Creates the limits of a gateway.
 *
 * @param key of the hashes; it is the same on all replicas
 * @param valkey where replicas count together
 */
export function createSessionAttempts(
  { perUsername, perCaller, tokensPerCaller, windowMs }: AttemptLimits,
  key: Buffer,
  valkey: Valkey | undefined,
): SessionAttempts {
  const hash = createKeyedHash(key, 'attempts');
  const usernames = createAttemptCounter({ name: 'username', maxAttempts: perUsername, windowMs, valkey });
  const callers = createAttemptCounter({ name: 'caller', maxAttempts: perCaller, windowMs, valkey });
  const tokens = createAttemptCounter({ name: 'token', maxAttempts: tokensPerCaller, windowMs, valkey });
  return {
    async count({ caller, organizationId, username, clientAddress }) {
      const callerHash = hash(clientKey(caller, clientAddress));
      if (username === undefined) {
        await tokens.count(callerHash);
        return () => tokens.takeBack(callerHash);
      }
      const usernameHash = hash(JSON.stringify(['username', organizationId, normalized(username)]));
      // A caller without attempts left must not use up those of a username.
      await callers.count(callerHash);
      await usernames.count(usernameHash);
      return async () => {
        await Promise.all([callers.takeBack(callerHash), usernames.takeBack(usernameHash)]);
      };
    },
  };
}

/** The upstream may ignore case and spaces in a username, and other spellings must not have attempts of their own. */
function normalized(username: string): string {
  return username.normalize('NFKC').trim().toLowerCase();
}
