import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { FastifyInstance } from 'fastify';
import { GRAPHIQL_TABS } from './graphiqlTabs.js';

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
    defaultTabs: GRAPHIQL_TABS.map((query) => ({ query })),
  };
  const page = renderGraphiQL(options);
  const given = JSON.stringify(options);
  const at = page.lastIndexOf(given);
  const body = page.indexOf('<script>');
  if (at < 0 || body < 0) throw new Error('render-graphiql renders another page than the one we add the token to');
  return `${page.slice(0, body)}<script>${TOKEN_SCRIPT}</script>${page.slice(body, at)}Object.assign(${given}, window.quaysideGraphiql)${page.slice(at + given.length)}`;
}
