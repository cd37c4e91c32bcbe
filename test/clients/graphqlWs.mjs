// Follows stock levels with graphql-ws's own client, and goes on where it was after each cut.
//   GRAPHQL_URL=http://127.0.0.1:4001/graphql TOKEN=… [AFTER=cursor] node graphqlWs.mjs
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const { GRAPHQL_URL = '', TOKEN = '', AFTER = null } = process.env;
const query = `subscription Live($after: Cursor) {
  stockLevelChanges(after: $after, options: { coalesceMs: 0, heartbeatMs: 1000 }) {
    kind cursor complete removedIds levels { version onHand item { sku } location { code } }
  }
}`;
let after = AFTER;

// Trying again is ours: the library's own would ask with the cursor of the first subscribing, again and again.
for (;;) {
  const client = createClient({
    url: GRAPHQL_URL.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${TOKEN}` },
    retryAttempts: 0,
  });
  try {
    for await (const { data, errors } of client.iterate({ query, variables: { after } })) {
      if (errors) throw new Error(JSON.stringify(errors));
      after = data.stockLevelChanges.cursor;
      console.log(JSON.stringify(data.stockLevelChanges));
    }
  } catch (cause) {
    console.error(`cut: ${cause?.message ?? cause?.reason ?? cause}`);
  }
  await client.dispose();
  await sleep(200);
}
