import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import sirv from 'sirv';

// Serves the built dashboard. It knows nothing of stock: the page asks the gateway, whose addresses it finds in /config.json.

/** DASHBOARD_FOLDER: another build, for whoever works on one beside what runs. */
const FOLDER = process.env.DASHBOARD_FOLDER || join(import.meta.dirname, 'dist');
const settings = readSettings(process.env);
const files = sirv(FOLDER, { etag: true, gzip: true, single: true, setHeaders: setCaching });
const headers = securityHeaders(settings);
const config = JSON.stringify({ graphqlUrl: settings.graphqlUrl, graphqlWsUrl: settings.graphqlWsUrl, ingestUrl: settings.ingestUrl, oidc: settings.oidc });

const server = createServer((request, response) => {
  for (const [name, value] of headers) response.setHeader(name, value);
  if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response.setHeader('allow', 'GET, HEAD'), 405, '{"error":"Only GET and HEAD here"}');
  const path = (request.url ?? '/').split('?', 1)[0];
  if (path === '/config.json') return answer(response, 200, config);
  if (path === '/health/live') return answer(response, 200, '{"live":true,"service":"dashboard"}');
  if (path === '/health/ready') return answer(response, 200, '{"service":"dashboard","ready":true,"parts":{}}');
  files(request, response, () => answer(response, 404, '{"error":"There is nothing here"}'));
});

server.on('error', (cause) => fail(`Could not listen on ${settings.host}:${settings.port}: ${cause.message}. Set PORT to a free one.`, 1));
server.listen(settings.port, settings.host, () => {
  process.stdout.write(`Dashboard listening on http://${settings.host}:${server.address().port}\n`);
});
// Nothing here is worth draining: a cut download is asked for again.
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));

function readSettings(environment) {
  const faults = [];
  const url = (name, otherwise, protocols) => {
    const text = environment[name] || otherwise;
    if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) faults.push(`${name}: not an address that starts with ${protocols.join(' or ')}`);
    return text;
  };
  const port = Number(environment.PORT || 4002);
  if (!Number.isInteger(port) || port < 0 || port > 65535) faults.push('PORT: not a port');
  const graphqlUrl = url('GRAPHQL_URL', 'http://127.0.0.1:4001/graphql', ['http:', 'https:']);
  const graphqlWsUrl = url('GRAPHQL_WS_URL', graphqlUrl.replace(/^http/, 'ws'), ['ws:', 'wss:']);
  const ingestUrl = url('INGEST_URL', 'http://127.0.0.1:4000', ['http:', 'https:']);
  const oidc = environment.OIDC_ISSUER ? { issuer: url('OIDC_ISSUER', '', ['http:', 'https:']), clientId: environment.OIDC_CLIENT_ID ?? '' } : null;
  if (oidc?.clientId === '') faults.push('OIDC_CLIENT_ID: missing, though OIDC_ISSUER is given');
  if (faults.length > 0) fail(`The environment does not say what is needed:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`, 2);
  if (!existsSync(join(FOLDER, 'index.html'))) {
    fail(`The dashboard is not built: ${join(FOLDER, 'index.html')} is missing. Build it with: npm run build --workspace apps/dashboard`, 2);
  }
  return { host: environment.HOST || '127.0.0.1', port, graphqlUrl, graphqlWsUrl, ingestUrl, oidc };
}

/** Nothing from outside but the gateway, and the issuer where there is one: its token endpoint has to be of the same origin. Styles may stand inline: Mantine sets its variables and positions so. */
function securityHeaders({ graphqlUrl, graphqlWsUrl, oidc }) {
  const issuer = oidc === null ? '' : ` ${new URL(oidc.issuer).origin}`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self'",
    "font-src 'self'",
    `connect-src 'self' ${withoutQuery(graphqlUrl)} ${withoutQuery(graphqlWsUrl)}${issuer}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return [
    ['content-security-policy', policy.join('; ')],
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['permissions-policy', 'camera=(), geolocation=(), microphone=()'],
  ];
}

/** A semicolon or comma in an address would begin another directive. */
function withoutQuery(url) {
  const { origin, protocol, host, pathname } = new URL(url);
  const start = origin === 'null' ? `${protocol}//${host}` : origin;
  return (start + pathname).replaceAll(';', '%3B').replaceAll(',', '%2C');
}

/** Files under assets/ carry their content's hash in the name; everything else may change with the next build. */
function setCaching(response, path) {
  response.setHeader('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }).end(body);
}

function fail(message, exitCode) {
  process.stderr.write(`${message}\n`);
  process.exit(exitCode);
}
