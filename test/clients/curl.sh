#!/usr/bin/env bash
# Follows stock levels with nothing but curl (server-sent events), and goes on where it was after each cut.
#   GRAPHQL_URL=http://127.0.0.1:4001/graphql TOKEN=… [AFTER=cursor] ./curl.sh
set -u
after=${AFTER:-}
query='subscription Live($after: Cursor) { stockLevelChanges(after: $after, options: { coalesceMs: 0, heartbeatMs: 1000 }) { kind cursor complete removedIds levels { version onHand item { sku } location { code } } } }'
cursor_file=$(mktemp)
trap 'rm -f "$cursor_file"; kill 0' EXIT

while true; do
  variables=$([ -z "$after" ] && echo '{}' || printf '{"after":"%s"}' "$after")
  curl -sN "$GRAPHQL_URL" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H 'Accept: text/event-stream' \
    -d "$(printf '{"query":"%s","variables":%s}' "$query" "$variables")" |
    while IFS= read -r line; do
      case $line in
        'data: {'*)
          json=${line#data: }
          batch=${json#'{"data":{"stockLevelChanges":'}
          echo "${batch%\}\}}"
          sed -n 's/.*"cursor":"\([A-Za-z0-9_-]*\)".*/\1/p' <<< "$json" > "$cursor_file"
          ;;
      esac
    done
  [ -s "$cursor_file" ] && after=$(cat "$cursor_file")
  echo "cut: goes on after $after" >&2
  sleep 0.2
done
