import { serverTime } from '../valkey/scripts.ts';

/*
 * An idempotency key in Valkey is one hash, which expires as a whole:
 *
 * - `record`: encrypted.
 * - `owner`: the token of the write that reserved it: no other write completes or releases the reservation.
 * - `until`: until when (ms) its owner is expected to finish; absent once it has.
 */

/** Arguments: ms to live, a token, the record. */
export const reserveScript = `${serverTime}
local taken = redis.call('HMGET', KEYS[1], 'record', 'until')
if taken[1] then
  if not taken[2] then return {'done', taken[1]} end
  return {now < tonumber(taken[2]) and 'busy' or 'left', taken[1]}
end
redis.call('HSET', KEYS[1], 'record', ARGV[3], 'owner', ARGV[2], 'until', now + ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return {'yours'}`;

/** Arguments: ms to live, the token, ms within which the owner is expected to finish. */
export const confirmReservationScript = `${serverTime}
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[2] then return 'lost' end
redis.call('HSET', KEYS[1], 'until', now + ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'done'`;

/** Arguments: ms to live, the token, the record. */
export const completeReservationScript = `
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner and owner ~= ARGV[2] then return 'done' end
redis.call('HSET', KEYS[1], 'record', ARGV[3], 'owner', ARGV[2])
redis.call('HDEL', KEYS[1], 'until')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'done'`;

/**
 * Counts a key in its caller's share, which is a sorted set of the keys by when they were reserved.
 *
 * Arguments: ms after which a key is not counted any more, how many may be, the key. Returns 0, or the ms until one may be.
 */
export const countKeyScript = `${serverTime}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, oldest[2] + ARGV[1] - now)
end
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 0`;

/** Argument: the key. */
export const uncountKeyScript = `
redis.call('ZREM', KEYS[1], ARGV[1])
return 'done'`;

/** Argument: the token. */
export const releaseReservationScript = `
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 'done'`;
