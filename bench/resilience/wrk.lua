-- Arguments: the request with its marks, the token, how many contacts there are, the seed of their order.
-- Tells operations that were answered whole, partly or not at all, and the codes of their errors.

local before, after, contacts
local threads = {}
whole, partly, codes = 0, 0, ""
local counted = {}

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  local head, between, tail = string.match(read(args[1]), "^(.*){token}(.*){key}(.*)$")
  before, after = head .. args[2] .. between, tail
  contacts = tonumber(args[3])
  math.randomseed(tonumber(args[4]))
end

function request()
  return before .. string.format("%08d", math.random(0, contacts - 1)) .. after
end

function response(status, _, body)
  if status == 200 and not string.find(body, '"errors":[', 1, true) then
    whole = whole + 1
    return
  end
  if string.find(body, '"contact":{', 1, true) then partly = partly + 1 end
  for code in string.gmatch(body, '"code":"([%u_]+)"') do
    counted[code] = (counted[code] or 0) + 1
  end
  -- Threads give the main one plain values only.
  local texts = {}
  for code, count in pairs(counted) do texts[#texts + 1] = string.format('"%s":%d', code, count) end
  codes = table.concat(texts, ",")
end

function done(summary, latency)
  local thread = threads[1]
  io.write(string.format(
    'figures {"operations":%d,"seconds":%f,"whole":%d,"partly":%d,"p50":%f,"p99":%f,"codes":{%s}}\n',
    summary.requests, summary.duration / 1e6, thread:get("whole"), thread:get("partly"),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, thread:get("codes")
  ))
end
