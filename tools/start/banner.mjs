import { join } from 'node:path';
import { graphqlUrl } from './services.mjs';

/** What a person needs next; every command in it works as printed. */
export function bannerOf({ home, ports, keys, tokens, stack, seconds, hasDashboard, hasDemo, endpointsPath, now }) {
  const ingest = `http://127.0.0.1:${ports.ingest}`;
  const graphql = graphqlUrl(ports);
  return `
Ready after ${seconds} s.

${hasDashboard ? `  Dashboard  http://127.0.0.1:${ports.dashboard}/#token=${tokens.operator}\n` : ''}  Ingest     ${ingest}
  GraphQL    ${graphql}
  Kafka      ${stack.kafka}
  All addresses, tokens and process ids: ${endpointsPath}

Report that three pieces were shipped:

${eventCurl({ ingest, key: keys.ingestKey, now })}

Ask what is in stock (a token for 12 h, role OPERATE):

${queryCurl({ graphql, token: tokens.operator })}

${hasDemo ? DEMO : 'The demo is off (--no-demo).'}
Data   ${dataPlace({ home, stack })}
Logs   ${join(home, 'logs')}
Stop   Ctrl-C here, or: kill ${process.pid}
`;
}

const DEMO = `Demo traffic is running: two warehouses and two shops post about fifty events a second through ingest with a key of
their own, after a few days of history: orders with a long tail, shipments, returns, transfers, counts, corrections; one
order is late, one item oversold, one clock wrong. Slower or faster: npm start -- --demo-speed N (events a second)
Turn it off with: npm start -- --no-demo`;

/** An id of its own each time: the same id with another time would be refused as a conflict. */
function eventCurl({ ingest, key, now }) {
  const event = {
    specversion: '1.0',
    id: `try-${now.getTime()}`,
    source: '/try/by-hand',
    type: 'quayside.stock.shipped.v1',
    time: now.toISOString(),
    data: { location: 'DC-1', lines: [{ sku: '10002', quantity: 3 }] },
  };
  return `curl -i '${ingest}/v1/events' -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/cloudevents+json' -d '${JSON.stringify(event)}'`;
}

function queryCurl({ graphql, token }) {
  const query = '{ stockLevels(first: 5) { nodes { item { sku } location { code } onHand available } } }';
  return `curl -s '${graphql}' -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' -d '${JSON.stringify({ query })}'`;
}

function dataPlace({ home, stack }) {
  if (stack.kind === 'environment') return `in your servers (schema ${process.env.QUAYSIDE_SCHEMA ?? 'quayside'}); keys in ${home}`;
  if (stack.kind === 'docker') return `in Docker volumes; keys in ${home}`;
  return `${home} (start afresh: npm start -- --fresh)`;
}
