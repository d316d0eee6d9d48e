/**
 * What is done to an idempotency key in Valkey, each at once. A key is one hash, which goes as a whole:
 *
 * - `record`: sealed.
 * - `owner`: a token of who has claimed it: nobody settles the claim of another.
 * - `until`: until when (ms) others may hope that its owner comes back; absent once it is settled.
 */

const now = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

/** ms to live, a token, the record */
export const reserveScript = `${now}
local taken = redis.call('HMGET', KEYS[1], 'record', 'until')
if taken[1] then
  if not taken[2] then return {'done', taken[1]} end
  return {now < tonumber(taken[2]) and 'busy' or 'left', taken[1]}
end
redis.call('HSET', KEYS[1], 'record', ARGV[3], 'owner', ARGV[2], 'until', now + ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return {'yours'}`;

/** ms to live, the token, ms that others may hope */
export const confirmReservationScript = `${now}
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[2] then return 'lost' end
redis.call('HSET', KEYS[1], 'until', now + ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'done'`;

/** ms to live, the token, the record */
export const completeReservationScript = `
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner and owner ~= ARGV[2] then return 'done' end
redis.call('HSET', KEYS[1], 'record', ARGV[3], 'owner', ARGV[2])
redis.call('HDEL', KEYS[1], 'until')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'done'`;

/** the token */
export const releaseReservationScript = `
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 'done'`;
