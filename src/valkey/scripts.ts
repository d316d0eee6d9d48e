/**
 * Lua expression for the run id of the server. A server that was restarted from a snapshot, or a replica that took over,
 * has another one: what it holds may lack the last writes.
 */
export const serverRunId = "string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''";

/** Lua statements that define `now`, in ms by the server's clock, which is the same for all replicas. */
export const serverTime = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;
