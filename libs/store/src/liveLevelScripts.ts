/*
 * Lua scripts, by EVALSHA (Redis 6.2 and Valkey serve too). All values are absolute and guarded by version, cursor or
 * token: a client that sends an unanswered command again changes nothing the second time (reliability.md, "Traps").
 */

/**
 * Projects a batch: sets levels whose version is greater, moves the cursor.
 *   KEYS[1] cursor   KEYS[2] levels (hash)
 *   ARGV[1] cursor expected   ARGV[2] new cursor   ARGV[3…] field, version, value each
 *   Returns ARGV[2] when done; otherwise the cursor found ('' for none) and nothing is changed.
 */
export const PROJECT_SCRIPT = `
local cursor = redis.call('GET', KEYS[1]) or ''
if cursor ~= ARGV[1] then return cursor end
for i = 3, #ARGV, 3 do
  local held = redis.call('HGET', KEYS[2], ARGV[i])
  if not held or tonumber(string.match(held, '^%[(%d+)')) < tonumber(ARGV[i + 1]) then
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 2])
  end
end
redis.call('SET', KEYS[1], ARGV[2])
return ARGV[2]
`;

/**
 * Begins a rebuild: drops what the partition holds and sets the first link of the token chain.
 *   KEYS[1] cursor   KEYS[2] levels   KEYS[3] token
 *   ARGV[1] cursor that was found when the rebuild was decided ('' for none)   ARGV[2] token
 *   Returns 1; 0 when the cursor is another one by now (somebody else has mended it).
 */
export const REBUILD_START_SCRIPT = `
local cursor = redis.call('GET', KEYS[1]) or ''
if cursor ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('SET', KEYS[3], ARGV[2])
return 1
`;

/**
 * One chunk of a rebuild; applies only if the chain stands at its link, so that of two rebuilds one wins whole.
 *   KEYS[1] cursor   KEYS[2] levels   KEYS[3] token
 *   ARGV[1] link expected   ARGV[2] next link, or '' for the last chunk   ARGV[3] cursor to set with the last chunk
 *   ARGV[4…] field, version, value each
 *   Returns 1 when applied, 0 when refused.
 */
export const REBUILD_CHUNK_SCRIPT = `
if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end
for i = 4, #ARGV, 3 do
  local held = redis.call('HGET', KEYS[2], ARGV[i])
  if not held or tonumber(string.match(held, '^%[(%d+)')) < tonumber(ARGV[i + 1]) then
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 2])
  end
end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[3])
  redis.call('SET', KEYS[1], ARGV[3])
else
  redis.call('SET', KEYS[3], ARGV[2])
end
return 1
`;
