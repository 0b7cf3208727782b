-- Owns the bound on what a client may send over an upgraded connection (WebSocket): so many bytes a second, and in all.
--
--   filter lua.upload-limit <bytes a second> <bytes at once> <bytes in all>
--
-- Past the first two, the proxy reads no more for the moment, and the client's own buffers fill. Past the third it
-- passes nothing on for good: the server's ping gets no answer, so the server ends the connection within 60 s.
-- HAProxy has a filter for this from 2.7 on (bwlim-in), but Debian 12 has 2.6, and that filter has no bound in all.

local UploadLimit = { id = "upload-limit", flags = filter.FLT_CFG_FL_HTX }

-- One for each connection.
function UploadLimit:new()
  return setmetatable({ allowed = self.burst, sent = 0, at = core.now() }, { __index = self })
end

-- Only what the client sends.
function UploadLimit:start_analyze(_, channel)
  if not channel:is_resp() then filter.register_data_filter(self, channel) end
end

-- Called after the upgrade alone: an HTTP body is bounded by the service. Returns the number of bytes to pass on.
function UploadLimit:tcp_payload(_, channel)
  local waiting = channel:input()
  local now = core.now()
  local seconds = now.sec - self.at.sec + (now.usec - self.at.usec) / 1000000
  self.at = now
  self.allowed = math.min(self.burst, self.allowed + seconds * self.rate)
  local passed = math.min(waiting, math.floor(self.allowed), self.total - self.sent)
  self.allowed = self.allowed - passed
  self.sent = self.sent + passed
  -- Always set: with a time that has passed, HAProxy would call again at once and without end, and then give up its process.
  if passed < waiting and self.sent < self.total then
    filter.wake_time(100)
  else
    filter.wake_time(3600000)
  end
  return passed
end

core.register_filter("upload-limit", UploadLimit, function(limit, arguments)
  limit.rate, limit.burst, limit.total = table.unpack(arguments, #arguments - 2)
  limit.rate, limit.burst, limit.total = tonumber(limit.rate), tonumber(limit.burst), tonumber(limit.total)
  return limit
end)
