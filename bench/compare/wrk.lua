-- Arguments: the file with the request and its placeholders, the file with the tokens (one a line), the first key, the
-- last key, the key of the first request. The request is concatenated here, because wrk.format rebuilds its headers for
-- every request.

local pieces, tokens, from, to, key = {}, {}, 0, 0, 0
local tokenIndex = 0

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function init(args)
  local before, between, after = string.match(read(args[1]), "^(.*){token}(.*){key}(.*)$")
  for token in string.gmatch(read(args[2]), "[^\n]+") do
    tokens[#tokens + 1] = before .. token .. between
  end
  pieces.after = after
  from, to, key = tonumber(args[3]), tonumber(args[4]), tonumber(args[5])
end

function request()
  tokenIndex = tokenIndex % #tokens + 1
  local text = tokens[tokenIndex] .. string.format("%08d", key) .. pieces.after
  key = key < to and key + 1 or from
  return text
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    'figures {"requests":%d,"seconds":%f,"bytes":%d,"failed":%d,"p50":%f,"p99":%f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, failed,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
  ))
end
