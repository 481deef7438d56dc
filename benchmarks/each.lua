-- Asks for the paths of the file $PATHS one after the other, from number $OFFSET on.
local requests, at = {}, tonumber(os.getenv("OFFSET"))

function init(args)
  for path in io.lines(os.getenv("PATHS")) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
