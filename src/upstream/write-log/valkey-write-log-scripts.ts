import { serverRunId } from '../../valkey/scripts.ts';

/*
 * The log of writes in Valkey is one hash:
 *
 * - `name`: identifies the log; a new log has a new name.
 * - `server`: the run id of its server. After a restart from a snapshot, or a failover, the last entries may be missing, so
 *   a new log starts.
 * - `floor`, `latest`: the entries with the numbers after `floor`, up to `latest`, are stored.
 * - `<number>`: an entry, encrypted.
 *
 * The first arguments of each script are ms to live and the name of a new log.
 */
const openLog = `
local server = ${serverRunId}
local log = redis.call('HMGET', KEYS[1], 'name', 'server', 'floor', 'latest')
local function startLog()
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'name', ARGV[2], 'server', server, 'floor', 0, 'latest', 0)
  log = {ARGV[2], server, 0, 0}
end
if log[2] ~= server or not (log[1] and tonumber(log[3] or '') and tonumber(log[4] or '')) then startLog() end
`;

/**
 * Arguments: …, maximum number of entries, number of discarded writes (if it is not 0, a new log starts), the new entries.
 * If the server is out of memory the log is deleted, so that no page is trusted.
 */
export const recordWritesScript = `${openLog}
if ARGV[4] ~= '0' then startLog() end
local floor, latest = tonumber(log[3]), tonumber(log[4])
local function put(...)
  return type(redis.pcall('HSET', KEYS[1], ...)) == 'number'
end
local fits = true
for i = 5, #ARGV do
  latest = latest + 1
  fits = fits and put(latest, ARGV[i])
end
for number = floor + 1, latest - ARGV[3] do
  redis.call('HDEL', KEYS[1], number)
  floor = number
end
fits = fits and put('floor', floor, 'latest', latest)
if fits then redis.call('PEXPIRE', KEYS[1], ARGV[1]) else redis.call('DEL', KEYS[1]) end
return 'done'`;

/** Arguments: …, the log and the number up to which its entries are known, maximum number of entries to return. */
export const readEntriesScript = `${openLog}
redis.call('PEXPIRE', KEYS[1], ARGV[1])
local name, floor, latest = log[1], tonumber(log[3]), tonumber(log[4])
local from = floor
if ARGV[3] == name and tonumber(ARGV[4]) > floor then from = tonumber(ARGV[4]) end
local fields = {}
for number = from + 1, math.min(latest, from + ARGV[5]) do fields[#fields + 1] = number end
local entries = #fields > 0 and redis.call('HMGET', KEYS[1], unpack(fields)) or {}
return {name, floor, from, latest, entries}`;
