import { serverRunId } from '../../valkey/scripts.ts';

/**
 * What is done to the answers about one contact in Valkey, each at once. They are one hash, which is forgotten as a whole:
 *
 * - `generation`: another one each time that it begins. A read is given the one in which it began, and what it brings is
 *   kept only in that one: after a write, or when the server has lost something, there is none or another.
 *   It begins with the server: one that was restarted from a snapshot, or took over as a copy, may have what was
 *   forgotten.
 * - `<name of a read>`: when it was asked for, by the clock of the server in ms, a colon, and the answer, sealed.
 */
const open = `
local server = ${serverRunId}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local generation = redis.call('HGET', KEYS[1], 'generation')
local function begin(name)
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'generation', name)
  generation = name
end
local function live(ms)
  if redis.call('PTTL', KEYS[1]) < tonumber(ms) then redis.call('PEXPIRE', KEYS[1], ms) end
end
`;

/** the read or nothing, a name for a new generation, ms that reads may take; answers the generation, and age and answer if any */
export const beginReadScript = `${open}
if not generation or string.sub(generation, 1, #server + 1) ~= server .. ':' then begin(server .. ':' .. ARGV[2]) end
local held = redis.call('HGET', KEYS[1], ARGV[1])
local at = held and string.match(held, '^(%d+):')
if at then return {generation, now - at, string.sub(held, #at + 2)} end
live(ARGV[3])
return {generation}`;

/** the read, its generation, its age, ms to live, reads to keep at most (when there are more it begins anew), the answer */
export const keepReadScript = `${open}
if generation ~= ARGV[2] then return 'done' end
local at = now - ARGV[3]
local held = redis.call('HGET', KEYS[1], ARGV[1])
local heldAt = tonumber(held and string.match(held, '^(%d+):') or 0)
if heldAt > at and heldAt <= now then return 'done' end
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[5]) then begin(generation) end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f:', at) .. ARGV[6])
live(ARGV[4])
return 'done'`;

/** the read */
export const dropReadScript = `
redis.call('HDEL', KEYS[1], ARGV[1])
return 'done'`;

/** where others hear of it, and what */
export const forgetReadsScript = `
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 'done'`;
