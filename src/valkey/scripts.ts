/**
 * What is done to a walk in Valkey, each at once. A walk is one hash, which goes as a whole:
 *
 * - `walk` and `page:<rank>`: sealed.
 * - `next`: the rank at which its scroll goes on; empty when it does not.
 * - `server`: who keeps it. One that was restarted from a snapshot, or took over as a copy, has walks from before a
 *   claim, whose sids are used up: their rows are right, but nobody may read on.
 * - `reader`, `until`: who has claimed it, and until when (ms) others may hope that it comes back.
 */

export const serverRunId = "string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''";

/** field, ms to live */
export const loadSessionScript = `
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('HGET', KEYS[1], ARGV[1])`;

/** ms to live, walk, next, the ranks of its pages, and for each new page its rank and body */
export const saveSessionScript = `
redis.call('HSET', KEYS[1], 'walk', ARGV[2], 'next', ARGV[3], 'server', ${serverRunId})
redis.call('HDEL', KEYS[1], 'reader', 'until')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
for i = 5, #ARGV, 2 do redis.call('HSET', KEYS[1], 'page:' .. ARGV[i], ARGV[i + 1]) end
local held = {}
for rank in string.gmatch(ARGV[4], '%d+') do held['page:' .. rank] = true end
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, 5) == 'page:' and not held[field] then redis.call('HDEL', KEYS[1], field) end
end
return 'done'`;

/** ms to live, the rank to read on from, a token, ms that others may hope */
export const acquireLeaseScript = `
local kept = redis.call('HMGET', KEYS[1], 'next', 'server', 'until')
if not kept[1] then return 'lost' end
if kept[1] ~= ARGV[2] then return 'moved' end
if kept[2] ~= (${serverRunId}) then return 'lost' end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if kept[3] then return now < tonumber(kept[3]) and 'busy' or 'lost' end
redis.call('HSET', KEYS[1], 'reader', ARGV[3], 'until', now + ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 'yours'`;

/** the token: nobody takes away the claim of another */
export const releaseLeaseScript = `
if redis.call('HGET', KEYS[1], 'reader') == ARGV[1] then redis.call('HSET', KEYS[1], 'until', 0) end
return 'done'`;
