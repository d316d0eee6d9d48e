import { serverRunId } from '../../valkey/scripts.ts';

/**
 * What is done to the log of writes in Valkey, each at once. It is one hash:
 *
 * - `name`: another one for each log.
 * - `server`: who keeps it. One that was restarted from a snapshot, or took over as a copy, may lack the last notes: a new
 *   log begins.
 * - `floor`, `latest`: the notes held are those behind the one, up to the other.
 * - `<number>`: a note, sealed.
 *
 * Each script begins with its ms to live and the name for a new log.
 */
const openLog = `
local server = ${serverRunId}
local log = redis.call('HMGET', KEYS[1], 'name', 'server', 'floor', 'latest')
local function begin()
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'name', ARGV[2], 'server', server, 'floor', 0, 'latest', 0)
  log = {ARGV[2], server, 0, 0}
end
if log[2] ~= server or not (log[1] and tonumber(log[3] or '') and tonumber(log[4] or '')) then begin() end
`;

/**
 * …, notes to keep, notes that are missing (if any, a new log begins), and the notes. Where there is no room the log goes:
 * no page is trusted then.
 */
export const recordWritesScript = `${openLog}
if ARGV[4] ~= '0' then begin() end
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

/** …, the log and the number up to which it is known, notes to answer at most */
export const readEntriesScript = `${openLog}
redis.call('PEXPIRE', KEYS[1], ARGV[1])
local name, floor, latest = log[1], tonumber(log[3]), tonumber(log[4])
local from = floor
if ARGV[3] == name and tonumber(ARGV[4]) > floor then from = tonumber(ARGV[4]) end
local fields = {}
for number = from + 1, math.min(latest, from + ARGV[5]) do fields[#fields + 1] = number end
local notes = #fields > 0 and redis.call('HMGET', KEYS[1], unpack(fields)) or {}
return {name, floor, from, latest, notes}`;
