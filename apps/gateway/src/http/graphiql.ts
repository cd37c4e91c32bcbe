import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { FastifyInstance } from 'fastify';

/** Operations that one can run at once, each in a tab. */
const TABS = [
  `# Which levels changed last. ⌃-Enter runs it; the token goes into "Headers" below, or after #token= in the address.
query Levels {
  stockLevels(first: 20) {
    nodes { item { sku } location { code } onHand available reorderPoint version updatedAt }
    pageInfo { hasNextPage endCursor }
    streamCursor
    freshness { state lagMs }
  }
}`,
  `# Follows the same levels live: a SNAPSHOT first, then DELTA batches.
subscription Live {
  stockLevelChanges(options: {coalesceMs: 100}) {
    kind cursor complete coalesced removedIds
    levels { id item { sku } location { code } onHand available version }
  }
}`,
  `# Movements, newest recorded first.
query Ledger {
  ledger(first: 20) { nodes { item { sku } location { code } kind bucket delta onHandAfter occurredAt recordedAt event { source eventId } } }
}`,
  `# What somebody should look at, and why.
subscription Alerts {
  alertChanges { kind cursor complete removedIds counts { open critical warning } alerts { id version status title explanation } }
}`,
  `# Sets a reorder point: LOW_STOCK opens when the position is at or under it. Needs a token with OPERATE.
mutation SetPolicy {
  setStockPolicy(input: {item: {sku: "10002"}, location: {code: "DC-1"}, reorderPoint: 40}) {
    level { onHand position reorderPoint version }
    streamCursor
    userErrors { code field message }
  }
}`,
  `# How all parts are doing; every number was measured within the last minute.
query Health {
  health { state eventsPerSecond endToEndP50Ms endToEndP99Ms quarantined services { name state consumerLag detail } }
}`,
];

/**
 * Takes a token out of the address (as the dashboard does) into this tab's session, and hands what stands in the headers
 * editor to `connection_init`: browsers cannot set headers on a socket, so the page would not be let in otherwise.
 */
const TOKEN_SCRIPT = `(() => {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem('quayside:token', given);
    history.replaceState(null, '', location.pathname + location.search);
    for (const key of ['graphiql:headers', 'graphiql:tabState']) localStorage.removeItem(key); // an older token would win
  }
  const token = sessionStorage.getItem('quayside:token') ?? '';
  const headersOf = (text) => { try { return JSON.parse(text); } catch { return {}; } };
  const written = () => headersOf(localStorage.getItem('graphiql:headers') ?? '{}');
  const authorization = () => { const h = written(); return h.authorization ?? h.Authorization ?? 'Bearer ' + token; };
  window.quaysideGraphiql = { headers: JSON.stringify({ authorization: 'Bearer ' + token }, null, 2), connectionParams: () => ({ authorization: authorization() }) };
})();`;

/** Serves GraphiQL at /graphiql, whole and from here: nothing is loaded from outside. */
export function serveGraphiql(fastify: FastifyInstance, endpoint: string): void {
  const page = renderPage(endpoint);
  fastify.get('/graphiql', async (_request, reply) => reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page));
}

function renderPage(endpoint: string): string {
  const options = {
    endpoint,
    title: 'Quayside',
    subscriptionsProtocol: 'WS' as const,
    shouldPersistHeaders: true,
    defaultTabs: TABS.map((query) => ({ query })),
  };
  const page = renderGraphiQL(options);
  const given = JSON.stringify(options);
  const at = page.lastIndexOf(given);
  const body = page.indexOf('<script>');
  if (at < 0 || body < 0) throw new Error('render-graphiql renders another page than the one we add the token to');
  return `${page.slice(0, body)}<script>${TOKEN_SCRIPT}</script>${page.slice(body, at)}Object.assign(${given}, window.quaysideGraphiql)${page.slice(at + given.length)}`;
}
