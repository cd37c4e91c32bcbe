import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { partitionOf } from '@quayside/contracts';
import { buildSchema, isObjectType, type GraphQLField } from 'graphql';
import { ask, follow, openSocket } from '../harness/graphql.js';
import { LogWriter } from '../harness/logWriter.js';
import { until } from '../harness/until.js';
import { GatewayDesk } from './gatewayDesk.js';
import { SchemaWalk, type WalkDocument } from './schemaWalk.js';
import { scopedToken } from './scopedToken.js';

/** Stands in every text of the other scope, its location's code included. */
const MARKER = 'ZZOTHER';
const THERE = `${MARKER}-DC`;
const schema = buildSchema(readFileSync(new URL('../../apps/gateway/schema.graphql', import.meta.url), 'utf8'));
/** Root fields that tell nothing of any location. */
const PLACELESS = ['viewer', 'health', 'alertRules'];

interface Known {
  readonly ids: ReadonlyMap<string, string>;
  readonly eventIds: Readonly<Record<'received' | 'spoilt', string>>;
}

const fieldsOf = (type: { getFields(): Record<string, GraphQLField<unknown, unknown>> } | null | undefined) => Object.values(type?.getFields() ?? {});
const text = (value: string): string => JSON.stringify(value);
const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Every object with an id in an answer, by its type. */
function gatherIds(value: unknown, into: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) return;
  if ('id' in value && '__typename' in value && typeof value.id === 'string' && typeof value.__typename === 'string') into.set(value.id, value.__typename);
  for (const inner of Object.values(value)) gatherIds(inner, into);
}

describe('a token of one location', () => {
  let desk: GatewayDesk;
  let log: LogWriter;
  let limited: string;
  let known: Known;

  beforeAll(async () => {
    desk = await GatewayDesk.open('tenancy', ['alerting']);
    log = await LogWriter.open(desk.ground);
    limited = scopedToken(desk.ground, { sub: 'tess', roles: ['READ', 'OPERATE'], locations: ['DC-1'] });
    for (const [location, name] of [
      ['DC-1', 'HERE'],
      [THERE, MARKER],
    ] as const)
      await fill(location, name);
    known = { ids: await readIds(), eventIds: { received: await eventId(`${MARKER}-received`), spoilt: await eventId(`${MARKER}-spoilt`) } };
  }, 180_000);
  afterAll(async () => {
    await log?.close();
    await desk?.close();
  }, 60_000);

  const fill = async (location: string, name: string): Promise<void> => {
    await desk.post(
      {
        id: `${name}-received`,
        type: 'stock.received',
        data: { location, purchaseOrder: `${name}-PO`, lines: [{ sku: `${name}-1`, quantity: 9, lot: `${name}-LOT` }] },
      },
      {
        id: `${name}-placed`,
        type: 'order.placed',
        source: `/${name}`,
        data: {
          location,
          order: `${name}-SO`,
          customer: `${name}-C`,
          promisedShipBy: soon(-60_000),
          policy: 'BACKORDER',
          lines: [{ line: 1, sku: `${name}-1`, quantity: 2 }],
        },
      },
      { id: `${name}-promised`, type: 'reservation.requested', data: { location, reservation: `${name}-RES`, lines: [{ sku: `${name}-1`, quantity: 3 }] } },
      { id: `${name}-shipped`, type: 'stock.shipped', data: { location, lines: [{ sku: `${name}-2`, quantity: 4 }] } },
      { id: `${name}-lost`, type: 'stock.adjusted', data: { location, reason: 'damaged', lines: [{ sku: `${name}-1`, delta: -6 }] } },
    );
    await log.append(partitionOf(location), [
      log.encode('stock.received', { id: `${name}-spoilt` }, { location, lines: [{ sku: `${name}-1`, quantity: 'five' }] }),
    ]);
    await until(`${name} has its alerts`, 60_000, async () => {
      const { alerts } = await desk.ask<{ alerts: { nodes: { title: string; kind: string }[] } }>(
        '{ alerts(first: 250) { nodes { title kind explanation } } }',
      );
      return new Set(alerts.nodes.filter((alert) => JSON.stringify(alert).includes(name)).map(({ kind }) => kind)).size >= 2;
    });
    await until(`${name}-spoilt is set aside`, 20_000, async () => (await eventId(`${name}-spoilt`)) !== '');
  };
  const eventId = async (id: string): Promise<string> => {
    const { events } = await desk.ask<{ events: { nodes: { id: string }[] } }>(`{ events(filter: { eventId: ${text(id)} }) { nodes { id } } }`);
    return events.nodes[0]?.id ?? '';
  };
  const readIds = async (): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    const answers = await runAll(walkQueries([], walkOf({ ids: '[]', id: '""' })), desk.ground.tokens.operator);
    for (const { answer } of answers) if (answer.includes(MARKER)) gatherIds(JSON.parse(answer), found);
    return found;
  };
  const idOf = (type: string): string => {
    const [id] = [...known.ids].find(([, name]) => name === type) ?? [];
    if (id === undefined) throw new Error(`The other scope has no ${type}`);
    return text(id);
  };

  const walkOf = (more: Record<string, string> = {}): SchemaWalk =>
    new SchemaWalk(schema, {
      first: '5',
      at: text(soon(60_000)),
      ItemRef: `{ sku: "${MARKER}-1" }`,
      LocationRef: `{ code: "${THERE}" }`,
      OrderRef: `{ number: { number: "${MARKER}-SO", source: "/${MARKER}" } }`,
      TimeWindowInput: `{ from: ${text(soon(-86_400_000))}, to: ${text(soon(86_400_000))} }`,
      'Query.alerts.filter': '{ statuses: null }',
      ...more,
    });
  const byIds = (): SchemaWalk =>
    walkOf({
      ids: `[${[...known.ids.keys()].slice(0, 250).map(text).join(', ')}]`,
      id: idOf('Order'),
      skus: `["${MARKER}-1", "${MARKER}-2"]`,
      search: text(MARKER),
      locationIds: `[${idOf('Location')}]`,
      itemIds: `[${idOf('Item')}]`,
      orderNumber: `"${MARKER}-SO"`,
      sources: `["/${MARKER}", "/test"]`,
      'Query.alerts.filter': `{ statuses: null, locationIds: [${idOf('Location')}] }`,
      'Query.ledger.filter': `{ locationIds: [${idOf('Location')}] }`,
      'Query.events.filter': `{ eventId: "${MARKER}-received" }`,
    });
  const walkQueries = (optional: readonly string[], walk: SchemaWalk): WalkDocument[] =>
    fieldsOf(schema.getQueryType()).flatMap((root) => walk.documents('query', root, optional));
  const runAll = async (documents: readonly WalkDocument[], token: string): Promise<(WalkDocument & { answer: string })[]> => {
    const answered: (WalkDocument & { answer: string })[] = [];
    for (let from = 0; from < documents.length; from += 8) {
      const some = documents.slice(from, from + 8);
      const answers = await Promise.all(some.map(({ query }) => ask(desk.crew.member('gateway'), token, { query })));
      some.forEach((document, index) => answered.push({ ...document, answer: JSON.stringify(answers[index]) }));
    }
    return answered;
  };
  const refusedBy = (answered: readonly { query: string; answer: string }[]) =>
    answered
      .filter(({ answer }) => /QUERY_TOO_COSTLY|GRAPHQL_VALIDATION_FAILED|GRAPHQL_PARSE_FAILED|"INTERNAL"/.test(answer))
      .map(({ query, answer }) => [query, answer]);

  it('is shown nothing of another by any field of any query, while who may see all finds it in each', async () => {
    const documents = [
      ...walkQueries([], byIds()),
      ...walkQueries(['filter', 'skus', 'search', 'locationIds', 'itemIds', 'orderNumber', 'locationId'], byIds()),
    ];
    const asked = new Set(documents.flatMap(({ asks }) => asks));
    const reachable = Object.values(schema.getTypeMap()).filter(
      (type) => isObjectType(type) && !/^(__|Query$|Mutation$|Subscription$)|Payload$|Batch$|Error$/.test(type.name),
    );
    const uncovered = [schema.getQueryType(), ...reachable]
      .flatMap((type) => (isObjectType(type) ? fieldsOf(type).map(({ name }) => `${type.name}.${name}`) : []))
      .filter((name) => !asked.has(name));
    expect(uncovered).toEqual([]);

    const full = await runAll(documents, desk.ground.tokens.operator);
    expect(refusedBy(full)).toEqual([]);
    const finders = new Set(full.filter(({ answer }) => answer.includes(MARKER)).map(({ root }) => root));
    const roots = fieldsOf(schema.getQueryType()).map(({ name }) => name);
    expect(roots.filter((name) => !finders.has(name))).toEqual(PLACELESS);

    const shown = await runAll(documents, limited);
    expect(refusedBy(shown)).toEqual([]);
    expect(shown.filter(({ answer }) => answer.includes(MARKER)).map(({ query, answer }) => [query, answer])).toEqual([]);
    expect(shown.some(({ answer }) => answer.includes('HERE-1'))).toBe(true);
  }, 240_000);

  it('can change nothing of another by any mutation, while who may see all can', async () => {
    const ids: Record<string, string> = {
      releaseReservation: idOf('Reservation'),
      commentAlert: idOf('Alert'),
      acknowledgeAlerts: idOf('Alert'),
      snoozeAlerts: idOf('Alert'),
      resolveAlerts: idOf('Alert'),
      releaseEvents: text(known.eventIds.spoilt),
      dismissEvents: text(known.eventIds.spoilt),
    };
    const mutations = fieldsOf(schema.getMutationType());
    const give = async (token: string, name: string, field: GraphQLField<unknown, unknown>): Promise<string[]> => {
      const walk = walkOf({
        idempotencyKey: text(`${name}-${field.name}`),
        ItemRef: `{ id: ${idOf('Item')} }`,
        LocationRef: `{ id: ${idOf('Location')} }`,
        OrderRef: `{ id: ${idOf('Order')} }`,
        EventRef: `{ id: ${text(known.eventIds.received)} }`,
        id: ids[field.name] ?? '""',
        ids: `[${ids[field.name] ?? ''}]`,
        Quantity: '1',
        DateTime: text(soon(-1_000)),
        until: text(soon(3_600_000)),
        String: text(`by ${name}`),
        JSON: '[]',
      });
      const optional = ['reorderPoint', ...(field.name === 'releaseEvents' ? ['ids'] : [])];
      const input = walk.input('input', field.args[0]?.type ?? failNoInput(field.name), optional);
      const query = `mutation { ${field.name}(input: ${input}) { __typename userErrors { code message } } }`;
      const { data, errors } = await ask<Record<string, { userErrors: { code: string; message: string }[] }>>(desk.crew.member('gateway'), token, { query });
      if (errors !== undefined || data === undefined) throw new Error(`${query}: ${JSON.stringify(errors)}`);
      expect([field.name, JSON.stringify(data).includes(MARKER) && token === limited]).toEqual([field.name, false]);
      return data[field.name]?.userErrors.map(({ code }) => code) ?? [];
    };
    const before = await everythingThere();
    for (const field of mutations) expect([field.name, await give(limited, 'limited', field)]).toEqual([field.name, ['NOT_FOUND']]);
    expect(await everythingThere()).toEqual(before);
    for (const field of mutations) expect([field.name, await give(desk.ground.tokens.operator, 'all', field)]).not.toEqual([field.name, ['NOT_FOUND']]);
    expect(await everythingThere()).not.toEqual(before);
  }, 120_000);

  const failNoInput = (name: string): never => {
    throw new Error(`${name} takes no input`);
  };
  const everythingThere = () =>
    desk.ask(
      `{ stockLevels(filter: { search: "${MARKER}" }, orderBy: SKU_ASC) { nodes { item { sku } onHand reserved version reorderPoint } }
         orders(filter: { search: "${MARKER}" }) { nodes { number version stage } } ledger(filter: { skus: ["${MARKER}-1", "${MARKER}-2"] }) { nodes { id } }
         events(filter: { eventId: "${MARKER}-spoilt" }) { nodes { status } } }`,
    );

  it('is sent nothing of another by any stream, while who may see all is', async () => {
    const walk = walkOf();
    const streams = fieldsOf(schema.getSubscriptionType()).flatMap((root) => {
      const shortest = new Map(walk.documents('subscription', root).map((document) => [document.asks.join(), document]));
      return [...shortest.values()].filter(({ query }) => query.split('{').length <= 5);
    });
    expect(new Set(streams.map(({ root }) => root))).toEqual(new Set(fieldsOf(schema.getSubscriptionType()).map(({ name }) => name)));
    const clients = [desk.ground.tokens.operator, limited].flatMap((token) =>
      // At most 20 operations run at once on one socket.
      Array.from({ length: Math.ceil(streams.length / 15) }, (_none, index) => ({
        token,
        client: openSocket(desk.crew.member('gateway'), token),
        streams: streams.slice(index * 15, index * 15 + 15),
      })),
    );
    const followed = clients.flatMap(({ token, client, streams: some }) =>
      some.map(({ root, query }) => ({ token, root, query, ...follow<unknown>(client, { query }) })),
    );
    const has = (name: string, token: string, root: string): boolean =>
      followed.some((one) => one.token === token && one.root === root && JSON.stringify(one.seen).includes(name));
    await until('levels are followed', 15_000, async () => has('HERE', limited, 'stockLevelChanges'));
    for (const [location, name] of [
      [THERE, `${MARKER}-N`],
      ['DC-1', 'HERE-N'],
    ] as const) {
      await desk.post(
        { id: `${name}-1`, type: 'stock.shipped', data: { location, lines: [{ sku: name, quantity: 3 }] } },
        {
          id: `${name}-2`,
          type: 'order.placed',
          data: { location, order: name, customer: name, promisedShipBy: soon(-1_000), lines: [{ line: 1, sku: name, quantity: 1 }] },
        },
      );
    }
    const telling = [...new Set(streams.map(({ root }) => root))].filter((root) => root !== 'healthChanges');
    for (const root of telling) {
      await until(`${root} told both`, 30_000, async () => has(`${MARKER}-N`, desk.ground.tokens.operator, root) && has('HERE-N', limited, root));
    }
    expect(followed.flatMap(({ failures, query }) => failures.map((failure) => [query, failure]))).toEqual([]);
    expect(followed.filter(({ token, seen }) => token === limited && JSON.stringify(seen).includes(MARKER)).map(({ query, seen }) => [query, seen])).toEqual(
      [],
    );
    for (const { client } of clients) await client.dispose();
  }, 120_000);
});
