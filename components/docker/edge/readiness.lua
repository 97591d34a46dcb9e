-- Lets an instance in only after it has passed its health check at the address that it has now.
--
-- HAProxy takes an address that it has just resolved for healthy until the first check fails (`init-state` is there
-- from 3.1), and lets a server keep its health when it goes from one address straight to another. So in each backend
-- the servers that Docker's DNS fills, `probe1`, `probe2`, …, have the weight 0: they are checked and get no request.
-- The servers that get requests, `s1`, `s2`, …, have nothing to resolve and start disabled. This task gives `s1` the
-- address of `probe1` once enough checks in a row have passed since the probe has it. `rise` is 2 for probes, so that
-- a check which was under way when the address changed can't count alone. From then on `s1` is checked by itself.
-- If this task should fail, newcomers get nothing; instances that were let in go on.

local PERIOD = 100 -- milliseconds

-- Every `probeN` with its `sN`, over all backends.
local function find_slots()
  local slots = {}
  for _, backend in pairs(core.backends) do
    local n = 1
    while backend.servers["probe" .. n] and backend.servers["s" .. n] do
      slots[#slots + 1] = { probe = backend.servers["probe" .. n], server = backend.servers["s" .. n] }
      n = n + 1
    end
  end
  return slots
end

-- `10.0.0.7` of `10.0.0.7:8080`; nil while there is no address, which HAProxy spells `<unknown>`.
local function host_of(address)
  local host = address:match("^([%x.:]+):%d+$")
  return host ~= "0.0.0.0" and host or nil
end

local function passed(probe)
  local stats = probe:get_stats()
  return stats.check_health ~= nil and stats.check_health >= stats.check_rise
end

-- The probe has another address, or none: nothing that was known holds any more.
local function start_over(slot, address)
  slot.address = address
  slot.waiting = host_of(address) ~= nil
  if slot.admitted then
    slot.server:set_maint()
    slot.admitted = false
  end
  if slot.waiting then
    slot.probe:check_force_down()
    slot.probe:check_enable()
  end
end

-- HAProxy 3 changes the address a moment later; the server is ready only with the new one.
local function admit(slot)
  if slot.server:get_addr() ~= slot.address then slot.server:set_addr(host_of(slot.address)) end
  if slot.server:get_addr() ~= slot.address then return end
  slot.server:set_ready()
  slot.probe:check_disable()
  slot.waiting = false
  slot.admitted = true
end

local function follow(slot)
  local address = slot.probe:get_addr()
  if address ~= slot.address then
    start_over(slot, address)
  elseif slot.waiting and passed(slot.probe) then
    admit(slot)
  end
end

core.register_task(function()
  local slots = find_slots()
  while true do
    for _, slot in ipairs(slots) do
      local fine, problem = pcall(follow, slot)
      if not fine then core.Alert("readiness.lua: " .. tostring(problem)) end
    end
    core.msleep(PERIOD)
  end
end)
