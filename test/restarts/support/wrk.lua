-- Sends the same operation on both paths of the gateway and as a GET, beside health checks, and counts the answers that
-- have errors. Argument: the query.

local requests, turn = {}, 0
errorAnswers = 0

function init(args)
  local json = { ["content-type"] = "application/json" }
  local body = '{"query":"' .. args[1] .. '"}'
  local path = "/graphql?query=" .. args[1]:gsub("[^%w]", function(char) return string.format("%%%02X", char:byte()) end)
  requests = {
    wrk.format("POST", "/graphql", json, body),
    wrk.format("POST", "/graphql?path=yoga", json, body),
    wrk.format("GET", path, { ["graphql-require-preflight"] = "1" }),
    wrk.format("GET", "/livez"),
  }
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function response(_, _, body)
  if body:find('"errors"', 1, true) then errorAnswers = errorAnswers + 1 end
end

local thread

function setup(only)
  thread = only
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    'figures {"requests":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d,"errorAnswers":%d}\n',
    summary.requests, errors.connect, errors.read, errors.write, errors.timeout, errors.status, thread:get("errorAnswers")
  ))
end
