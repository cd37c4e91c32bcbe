import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const SUBSCRIPTION = `subscription {
  stockLevelChanges(options: { snapshot: false, coalesceMs: 0, heartbeatMs: 1000 }) {
    kind
    levels { version onHand available item { sku } location { code } }
  }
}`;

/**
 * A subscriber to all levels over graphql-transport-ws, as a dashboard is one. `onLevel` gets each level the moment its
 * message has arrived; `opened` resolves with the first message.
 */
export function followLevels({ url, token, onLevel, onFault }) {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  client.subscribe(
    { query: SUBSCRIPTION },
    {
      next: ({ data, errors }) => {
        if (errors !== undefined) return onFault(new Error(errors[0].message));
        const at = performance.now();
        const { kind, levels } = data.stockLevelChanges;
        if (kind === 'RESET') return onFault(new Error('The stream was reset: this subscriber was too slow'));
        open();
        for (const level of levels) onLevel(level, at);
      },
      error: (cause) => onFault(cause instanceof Error ? cause : new Error(`The subscription broke: ${JSON.stringify(cause?.reason ?? cause)}`)),
      complete: () => {},
    },
  );
  return { opened, close: () => client.dispose() };
}
