import { serverRunId, serverTime } from '../../valkey/scripts.ts';

/*
 * A scroll session in Valkey is one hash, which expires as a whole:
 *
 * - `session` and `page:<rank>`: encrypted.
 * - `nextRank`: the rank at which its scroll continues; empty when it does not.
 * - `server`: the run id of the server that saved it. After a restart from a snapshot, or a failover, the session may be
 *   from before a lease, and its sid used up: its rows are right, but its scroll must not be continued.
 * - `leaseHolder`, `leaseUntil`: the token of the lease, and until when (ms) other readers wait for its holder.
 */

/** Arguments: name of the field, ms to live. */
export const loadFieldScript = `
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('HGET', KEYS[1], ARGV[1])`;

/** Arguments: ms to live, session, next rank, the ranks of its pages, and for each new page its rank and body. */
export const saveSessionScript = `
redis.call('HSET', KEYS[1], 'session', ARGV[2], 'nextRank', ARGV[3], 'server', ${serverRunId})
redis.call('HDEL', KEYS[1], 'leaseHolder', 'leaseUntil')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
for i = 5, #ARGV, 2 do redis.call('HSET', KEYS[1], 'page:' .. ARGV[i], ARGV[i + 1]) end
local held = {}
for rank in string.gmatch(ARGV[4], '%d+') do held['page:' .. rank] = true end
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, 5) == 'page:' and not held[field] then redis.call('HDEL', KEYS[1], field) end
end
return 'done'`;

/** Arguments: ms to live, the rank to continue at, a token, ms that other readers wait for its holder. */
export const acquireLeaseScript = `
local kept = redis.call('HMGET', KEYS[1], 'nextRank', 'server', 'leaseUntil')
if not kept[1] then return 'lost' end
if kept[1] ~= ARGV[2] then return 'moved' end
if kept[2] ~= (${serverRunId}) then return 'lost' end
${serverTime}
if kept[3] then return now < tonumber(kept[3]) and 'busy' or 'lost' end
redis.call('HSET', KEYS[1], 'leaseHolder', ARGV[3], 'leaseUntil', now + ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'acquired'`;

/** Argument: the token. The lease of another holder stays as it is. */
export const releaseLeaseScript = `
if redis.call('HGET', KEYS[1], 'leaseHolder') == ARGV[1] then redis.call('HSET', KEYS[1], 'leaseUntil', 0) end
return 'done'`;
