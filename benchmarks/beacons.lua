-- What readers' browsers send, each message by one of 4,000 readers, with the numbers that the readers'
-- script makes: views, one in a message; or with AS_PAGES, by turns a view and what the page tells when it
-- is left, which is five rails with eight stories each, how long it was read and how far.
local readers, networks, stories = 4000, 200, tonumber(os.getenv("STORIES"))
local first = tonumber(os.getenv("FIRST"))
local as_pages = os.getenv("AS_PAGES") == "1"
local rails = { "most-read", "storyline", "also-read", "recommended", "topics" }
local agents, made = {}, 0
for number = 1, 20 do
  agents[number] = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/" .. (110 + number) .. ".0 Safari/537.36"
end
local begun = tonumber(os.getenv("BEGAN"))
math.randomseed(begun % 2147483647)

-- UUID version 7: milliseconds first, then chance.
local function uuid()
  local ms = begun + math.floor(made / 10)
  return string.format("%08x-%04x-7%03x-%04x-%06x%06x", math.floor(ms / 65536) % 4294967296, ms % 65536,
    math.random(0, 4095), 32768 + math.random(0, 16383), math.random(0, 16777215), math.random(0, 16777215))
end

local function one()
  return first + math.random(stories) - 1
end

local function view()
  return string.format('{"event":"%s","story":%d,"kind":"view"}', uuid(), one())
end

local function leaving()
  local story, at, told = one(), begun + math.floor(made / 10), {}
  local function tell(kind, more)
    told[#told + 1] = string.format('{"event":"%s","story":%d,"kind":"%s","at":%d,%s}', uuid(), story, kind, at, more)
  end
  for _, rail in ipairs(rails) do
    local shown = {}
    for place = 1, 8 do shown[place] = one() end
    tell("rail_shown", string.format('"rail":"%s","edition":1,"stories":[%s]', rail, table.concat(shown, ",")))
  end
  tell("engaged", '"seconds":40')
  tell("scroll", '"quarter":3')
  return string.format('{"v":1,"sent":%d,"events":[%s]}', at, table.concat(told, ","))
end

function request()
  made = made + 1
  local reader = math.random(readers)
  local headers = {
    ["Content-Type"] = "application/json",
    ["User-Agent"] = agents[reader % 20 + 1],
    ["X-Forwarded-For"] = string.format("20.%d.%d.%d", reader % networks, math.floor(reader / networks), reader % 250),
  }
  return wrk.format("POST", "/_/beacon", headers, as_pages and made % 2 == 0 and leaving() or view())
end

-- How answers were: the last line that wrk prints.
local threads = {}
function setup(thread) threads[#threads + 1] = thread end
function init(args) kept, some, full, away, other = 0, 0, 0, 0, 0 end
function response(status)
  if status == 204 then kept = kept + 1
  elseif status == 200 then some = some + 1
  elseif status == 429 then full = full + 1
  elseif status == 503 then away = away + 1
  else other = other + 1 end
end
function done(summary, latency)
  local sum = { 0, 0, 0, 0, 0 }
  for _, thread in ipairs(threads) do
    for place, name in ipairs({ "kept", "some", "full", "away", "other" }) do sum[place] = sum[place] + thread:get(name) end
  end
  io.write(string.format('{"kept": %d, "some": %d, "full": %d, "away": %d, "other": %d, "seconds": %f, "p50": %f, "p99": %f}\n',
    sum[1], sum[2], sum[3], sum[4], sum[5], summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
