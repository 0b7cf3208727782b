// Owns the Lua scripts of the bus: each change that must be atomic is one script. Runs none of them.

import { missedAnnouncementsMax, type RedisBounds, type RedisTimes } from "./keys.ts";

/** Integers are written with %.0f, because Lua writes large numbers with an exponent. */
function prelude({ times, bounds }: ScriptOptions): string {
  return `
local channel, lease, epochs, last_tick, quotes, readings, announcements, announcement_log, instances = unpack(KEYS)
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function int(number)
  return string.format('%.0f', number)
end

local function holds(holder, epoch)
  local present = redis.call('HMGET', lease, 'holder', 'epoch')
  return present[1] == holder and present[2] == epoch
end

-- The id has the time of the entry, for trimming, and its number, for counting missed entries.
local function announce(body)
  local last = redis.call('HMGET', announcements, 'generation', 'number', 'at')
  local generation = last[1] or (time[1] .. '.' .. time[2])
  local number = int((tonumber(last[2]) or 0) + 1)
  local at = int(math.max(tonumber(last[3]) or 0, now))
  local id = at .. '-' .. number
  -- First, because Redis lets a script that has written go on when its memory is full: a sign-out must arrive then too.
  redis.call('XTRIM', announcement_log, 'MINID', int(now - ${times.announcementsKeptMs}))
  redis.call('HSET', announcements, 'generation', generation, 'number', number, 'at', at)
  redis.call('PEXPIRE', announcements, ${times.dataTtlMs})
  redis.call('XADD', announcement_log, 'MAXLEN', ${bounds.announcementsMax}, id, 'body', body)
  redis.call('PEXPIRE', announcement_log, ${times.announcementsKeptMs})
  redis.call('PUBLISH', channel, '{"news":' .. body .. ',"generation":"' .. generation ..
    '","number":' .. number .. ',"id":"' .. id .. '"}')
end

-- Lua passes at most some thousand arguments in one call.
local function call_in_chunks(command, key, list)
  for first = 1, #list, 1000 do
    redis.call(command, key, unpack(list, first, math.min(first + 999, #list)))
  end
end
`;
}

/** Arguments: holder, epoch, seq, head, reading, number of quotes, ticker and text of each quote, then the unchanged tickers. */
function publish({ times, bounds }: ScriptOptions): string {
  return `
local holder, epoch, seq, head, reading = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if not holds(holder, epoch) then return {'stale_epoch'} end
redis.call('PEXPIRE', lease, redis.call('HGET', lease, 'ttl'))

local last = redis.call('HMGET', last_tick, 'epoch', 'seq')
local last_epoch, last_seq = last[1] or '0', last[2] or '0'
if last_epoch == epoch and tonumber(last_seq) >= tonumber(seq) then
  return {'published', last_epoch, last_seq, 1}
end
local is_kept = redis.call('EXISTS', quotes)
if redis.call('HLEN', quotes) > ${bounds.snapshotTickersMax} then
  redis.call('DEL', quotes, readings)
  is_kept = 0
end

local parts, items, bytes = {}, {}, 0
local function send(item)
  if bytes + #item > ${bounds.partBytesMax} then
    parts[#parts + 1] = table.concat(items, ',')
    items, bytes = {}, 0
  end
  items[#items + 1] = item
  bytes = bytes + #item + 1
end

local changed, changed_tickers, read = {}, {}, {}
local last_quote = 6 + 2 * tonumber(ARGV[6])
for index = 7, last_quote, 2 do
  changed_tickers[#changed_tickers + 1] = ARGV[index]
  changed[#changed + 1] = ARGV[index]
  changed[#changed + 1] = ARGV[index + 1]
  send(ARGV[index + 1])
end
for index = last_quote + 1, #ARGV do
  read[#read + 1] = ARGV[index]
  read[#read + 1] = reading
  send('"' .. ARGV[index] .. '"')
end
parts[#parts + 1] = table.concat(items, ',')

call_in_chunks('HSET', quotes, changed)
call_in_chunks('HDEL', readings, changed_tickers)
call_in_chunks('HSET', readings, read)
redis.call('HSET', last_tick, 'epoch', epoch, 'seq', seq, 'head', head)
for _, key in ipairs({last_tick, quotes, readings}) do
  redis.call('PEXPIRE', key, ${times.dataTtlMs})
end
for index, part in ipairs(parts) do
  redis.call('PUBLISH', channel, '{"tick":' .. head .. ',"previous":[' .. last_epoch .. ',' .. last_seq ..
    '],"part":' .. index .. ',"parts":' .. #parts .. ',"items":[' .. part .. ']}')
end
return {'published', last_epoch, last_seq, is_kept}
`;
}

/** Arguments: epoch and seq of the mirror, generation and id of the last announcement. Returns all that is newer. */
const read = `
local epoch, seq, generation, id = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local last = redis.call('HMGET', last_tick, 'epoch', 'seq', 'head')
local tick, held, read = '', {}, {}
if last[3] and not (last[1] == epoch and last[2] == seq) then
  tick = last[3]
  held = redis.call('HVALS', quotes)
  read = redis.call('HGETALL', readings)
end
local present = redis.call('HMGET', announcements, 'generation', 'number')
local entries = {}
if present[1] and generation ~= 'new' then
  local first = present[1] == generation and '(' .. id or '-'
  entries = redis.call('XRANGE', announcement_log, first, '+', 'COUNT', ${missedAnnouncementsMax})
end
local last_entry = redis.call('XREVRANGE', announcement_log, '+', '-', 'COUNT', 1)
local last_id = last_entry[1] and last_entry[1][1] or '0-0'
local bodies = {}
for index, entry in ipairs(entries) do bodies[index] = entry[2][2] end
return {tick, held, read, present[1] or '', present[2] or '0', last_id, bodies}
`;

/** Arguments: holder, ttl, highest epoch seen. Returns the new epoch and the version of the last tick, or nothing. */
function takeLease({ times }: ScriptOptions): string {
  return `
local holder, ttl, seen_epoch = ARGV[1], ARGV[2], ARGV[3]
local present = redis.call('HGET', lease, 'holder')
if present and present ~= holder then return {} end
local last_epoch = tonumber(redis.call('GET', epochs)) or 0
local epoch = int(math.max(last_epoch + 1, tonumber(seen_epoch) + 1, now))
redis.call('SET', epochs, epoch, 'PX', ${times.dataTtlMs})
redis.call('HSET', lease, 'holder', holder, 'epoch', epoch, 'ttl', ttl)
redis.call('PEXPIRE', lease, ttl)
local last = redis.call('HMGET', last_tick, 'epoch', 'seq')
return {epoch, last[1] or '0', last[2] or '0'}
`;
}

/** Arguments: holder, epoch, ttl. */
const renewLease = `
if not holds(ARGV[1], ARGV[2]) then return 0 end
redis.call('HSET', lease, 'ttl', ARGV[3])
return redis.call('PEXPIRE', lease, ARGV[3])
`;

/** Arguments: holder, epoch. */
const releaseLease = `
if not holds(ARGV[1], ARGV[2]) then return 0 end
redis.call('DEL', lease)
announce('{"kind":"lease_free"}')
return 1
`;

/** Argument: body. */
const announce = `
announce(ARGV[1])
return 1
`;

/**
 * Arguments: prefix of the sets, instance, number of the call, announcement of newcomers or "", number of signed-in tickers,
 * number of all tickers, these tickers, then rank and ticker of each that has a rank. Ranks have a key of their own, so that
 * instances of former versions can read the other keys. A call that was given up may still arrive after a later one: it
 * changes nothing.
 */
function want({ times, bounds }: ScriptOptions): string {
  return `
local wants, instance, number, body = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local signed_in, all = tonumber(ARGV[5]), tonumber(ARGV[6])
local newest = wants .. ':newest:' .. instance
if tonumber(redis.call('GET', newest) or '0') > number then return 0 end
redis.call('SET', newest, int(number), 'PX', ${times.wantTtlMs})
local kinds = {signed_in = {}, anonymous = {}, ranks = {}}
for index = 7, #ARGV do
  local place = index - 6
  local list = place <= signed_in and kinds.signed_in or place <= all and kinds.anonymous or kinds.ranks
  list[#list + 1] = ARGV[index]
end
for kind, list in pairs(kinds) do
  local key = wants .. ':' .. kind .. ':' .. instance
  redis.call('DEL', key)
  call_in_chunks(kind == 'ranks' and 'ZADD' or 'SADD', key, list)
  redis.call('PEXPIRE', key, ${times.wantTtlMs})
end
redis.call('ZADD', instances, int(now + ${times.wantTtlMs}), instance)
redis.call('PEXPIRE', instances, ${times.wantTtlMs})
if redis.call('ZCARD', instances) > ${bounds.instancesMax} then
  local silent = redis.call('ZPOPMIN', instances)[1]
  for kind in pairs(kinds) do redis.call('DEL', wants .. ':' .. kind .. ':' .. silent) end
  redis.call('DEL', wants .. ':newest:' .. silent)
end
if body ~= '' then announce(body) end
return 1
`;
}

/** Argument: prefix of the sets. Answers the signed-in tickers, the anonymous ones, and each ranked ticker with its smallest rank. */
const wanted = `
local wants = ARGV[1]
redis.call('ZREMRANGEBYSCORE', instances, '-inf', int(now))
local alive = redis.call('ZRANGE', instances, 0, -1)
if #alive == 0 then return {{}, {}, {}} end
local function keys_of(kind)
  local keys = {}
  for place, instance in ipairs(alive) do keys[place] = wants .. ':' .. kind .. ':' .. instance end
  return keys
end
local ranked = keys_of('ranks')
table.insert(ranked, 1, #alive)
for _, word in ipairs({'AGGREGATE', 'MIN', 'WITHSCORES'}) do ranked[#ranked + 1] = word end
return {
  redis.call('SUNION', unpack(keys_of('signed_in'))),
  redis.call('SUNION', unpack(keys_of('anonymous'))),
  redis.call('ZUNION', unpack(ranked))
}
`;

export interface ScriptOptions {
  readonly times: RedisTimes;
  readonly bounds: RedisBounds;
}

export type ScriptName = keyof ReturnType<typeof scriptBodies>;

/** The texts by name. Each begins with the prelude. */
export function scriptsFor(options: ScriptOptions): [name: string, text: string][] {
  const shared = prelude(options);
  return Object.entries(scriptBodies(options)).map(([name, body]) => [name, shared + body]);
}

function scriptBodies(options: ScriptOptions) {
  return {
    publish: publish(options),
    read,
    takeLease: takeLease(options),
    renewLease,
    releaseLease,
    announce,
    want: want(options),
    wanted,
  };
}
