import { serverRunId } from '../../valkey/scripts.ts';

/**
 * The atomic operations on the responses of one tag in Valkey. They are the fields of one hash, which is deleted as a whole:
 *
 * - `generation`: a name that changes each time that the hash is created. A read gets the generation at its start, and its
 *   response is stored only while the generation is the same: a write deletes the hash, and so may a failure of the server.
 *   The name begins with the run id of the server, because a server that was restarted from a snapshot, or a replica that was
 *   promoted, may have responses that were invalidated.
 * - `<hash of a read>`: when it was requested, by the clock of the server in ms, a colon, and the encrypted response.
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

/**
 * Starts a read. Arguments: the field of the read, or an empty text; a name for a new generation; the ms that a read may take.
 * Returns the generation, and the age and the response if there is one.
 */
export const beginReadScript = `${open}
if not generation or string.sub(generation, 1, #server + 1) ~= server .. ':' then begin(server .. ':' .. ARGV[2]) end
local held = redis.call('HGET', KEYS[1], ARGV[1])
local at = held and string.match(held, '^(%d+):')
if at then return {generation, now - at, string.sub(held, #at + 2)} end
live(ARGV[3])
return {generation}`;

/**
 * Stores a response. Arguments: the field of the read, its generation, its age, ms to live, the maximum number of responses
 * (beyond it the hash is deleted and created again), the response.
 */
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

/** Drops a response. Argument: the field of the read. */
export const dropReadScript = `
redis.call('HDEL', KEYS[1], ARGV[1])
return 'done'`;

/** Invalidates a tag. Arguments: the channel, and the message for the other replicas. */
export const forgetReadsScript = `
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 'done'`;
