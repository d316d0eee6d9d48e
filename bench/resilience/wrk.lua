-- Arguments: the file with the request and its placeholders, the token, the number of contacts, the seed of their order.
-- Counts complete and partial results, and the errors by code.

local before, after, contacts
local threads = {}
complete, partial, codes = 0, 0, ""
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
    complete = complete + 1
    return
  end
  if string.find(body, '"contact":{', 1, true) then partial = partial + 1 end
  for code in string.gmatch(body, '"code":"([%u_]+)"') do
    counted[code] = (counted[code] or 0) + 1
  end
  -- The main thread can read only plain values from this thread.
  local texts = {}
  for code, count in pairs(counted) do texts[#texts + 1] = string.format('"%s":%d', code, count) end
  codes = table.concat(texts, ",")
end

function done(summary, latency)
  local thread = threads[1]
  io.write(string.format(
    'figures {"operations":%d,"seconds":%f,"complete":%d,"partial":%d,"p50":%f,"p99":%f,"codes":{%s}}\n',
    summary.requests, summary.duration / 1e6, thread:get("complete"), thread:get("partial"),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, thread:get("codes")
  ))
end
