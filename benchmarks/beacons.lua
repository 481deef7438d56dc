-- One view after the other, each by one of 4,000 readers, with the numbers that the readers' script makes.
local readers, networks, stories = 4000, 200, tonumber(os.getenv("STORIES"))
local first = tonumber(os.getenv("FIRST"))
local agents, made = {}, 0
for number = 1, 20 do
  agents[number] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/" .. (110 + number) .. ".0 Safari/537.36"
end
local begun = tonumber(os.getenv("BEGAN"))
math.randomseed(begun % 2147483647)

function request()
  made = made + 1
  local reader = math.random(readers)
  -- UUID version 7: milliseconds first, then chance.
  local ms = begun + math.floor(made / 10)
  local event = string.format("%08x-%04x-7%03x-%04x-%06x%06x", math.floor(ms / 65536) % 4294967296, ms % 65536,
    math.random(0, 4095), 32768 + math.random(0, 16383), math.random(0, 16777215), math.random(0, 16777215))
  local headers = {
    ["Content-Type"] = "application/json",
    ["User-Agent"] = agents[reader % 20 + 1],
    ["X-Forwarded-For"] = string.format("20.%d.%d.%d", reader % networks, math.floor(reader / networks), reader % 250),
  }
  local body = string.format('{"event":"%s","story":%d,"kind":"view"}', event, first + math.random(stories) - 1)
  return wrk.format("POST", "/_/beacon", headers, body)
end

-- How answers were: the last line that wrk prints.
local threads = {}
function setup(thread) threads[#threads + 1] = thread end
function init(args) kept, full, away, other = 0, 0, 0, 0 end
function response(status)
  if status == 204 then kept = kept + 1
  elseif status == 429 then full = full + 1
  elseif status == 503 then away = away + 1
  else other = other + 1 end
end
function done(summary, latency)
  local sum = { 0, 0, 0, 0 }
  for _, thread in ipairs(threads) do
    for place, name in ipairs({ "kept", "full", "away", "other" }) do sum[place] = sum[place] + thread:get(name) end
  end
  io.write(string.format('{"kept": %d, "full": %d, "away": %d, "other": %d, "seconds": %f, "p50": %f, "p99": %f}\n',
    sum[1], sum[2], sum[3], sum[4], summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
