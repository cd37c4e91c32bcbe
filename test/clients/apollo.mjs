// Follows stock levels with Apollo Client, and goes on where it was after each cut.
//   GRAPHQL_URL=http://127.0.0.1:4001/graphql TOKEN=… [AFTER=cursor] node apollo.mjs
import { setTimeout as sleep } from 'node:timers/promises';
import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const { GRAPHQL_URL = '', TOKEN = '', AFTER = null } = process.env;
const query = gql`
  subscription Live($after: Cursor) {
    stockLevelChanges(after: $after, options: { coalesceMs: 0, heartbeatMs: 1000 }) {
      kind
      cursor
      complete
      removedIds
      levels {
        version
        onHand
        item {
          sku
        }
        location {
          code
        }
      }
    }
  }
`;
let after = AFTER;

// One client a connection, so that each begins with the newest cursor.
for (;;) {
  const socket = createClient({
    url: GRAPHQL_URL.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${TOKEN}` },
    retryAttempts: 0,
  });
  const client = new ApolloClient({ link: new GraphQLWsLink(socket), cache: new InMemoryCache() });
  const why = await new Promise((resolve) => {
    client.subscribe({ query, variables: { after }, fetchPolicy: 'no-cache' }).subscribe({
      next: ({ data, error }) => {
        if (error || !data) return resolve(error);
        after = data.stockLevelChanges.cursor;
        console.log(JSON.stringify(data.stockLevelChanges));
      },
      error: resolve,
      complete: () => resolve(new Error('the stream is over')),
    });
  });
  console.error(`cut: ${why?.message ?? why}`);
  client.stop();
  await socket.dispose();
  await sleep(200);
}
