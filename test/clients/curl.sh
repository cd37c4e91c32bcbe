#!/usr/bin/env bash
# Follows stock levels with nothing but curl (server-sent events), and goes on where it was after each cut.
#   GRAPHQL_URL=http://127.0.0.1:4001/graphql TOKEN=… [AFTER=cursor] ./curl.sh
set -u
after=${AFTER:-}
query='subscription Live($after: Cursor) { stockLevelChanges(after: $after, options: { coalesceMs: 0, heartbeatMs: 1000 }) { kind cursor complete removedIds levels { version onHand item { sku } location { code } } } }'
prefix='data: {"data":{"stockLevelChanges":'
# Only our own curl: who started this script may share its process group.
trap 'kill "$!" 2>/dev/null' EXIT

while true; do
  variables=$([ -z "$after" ] && echo '{}' || printf '{"after":"%s"}' "$after")
  # Read in this shell, not behind a pipe, so that the cursor is still known after the cut.
  while IFS= read -r line; do
    case $line in
      "$prefix"{*)
        batch=${line#"$prefix"}
        echo "${batch%\}\}}"
        after=$(sed -n 's/.*"cursor":"\([A-Za-z0-9_-]*\)".*/\1/p' <<< "$line")
        ;;
      '' | :* | event:* | 'data:' | 'data: ') ;; # the frame around the data
      *) echo "not a change: $line" >&2 ;;
    esac
  done < <(
    exec curl -sSN "$GRAPHQL_URL" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H 'Accept: text/event-stream' \
      -d "$(printf '{"query":"%s","variables":%s}' "$query" "$variables")"
  )
  # A line without an end is a refusal, as JSON, or a change that the cut broke: it does not count and comes again.
  [ -n "$line" ] && echo "not a change: $line" >&2
  echo "cut: goes on after ${after:-nothing yet}" >&2
  sleep 0.2
done
