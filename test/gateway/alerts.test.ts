import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { follow, openSocket } from '../harness/graphql.js';
import { until } from '../harness/until.js';
import { codesOf, GatewayDesk } from './gatewayDesk.js';
import { scopedToken } from './scopedToken.js';

interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
}
const ALERT =
  'id kind status acknowledgedAt acknowledgedBy { name kind } snoozedUntil resolvedBy { name } resolution comments { text by { name } } subject { __typename }';

describe('alerts in GraphQL', () => {
  let desk: GatewayDesk;

  beforeAll(async () => {
    desk = await GatewayDesk.open('gwalerts', ['alerting']);
  }, 120_000);
  afterAll(async () => {
    await desk?.close();
  }, 60_000);

  /** Makes an alert of a level by shipping more than was there, and waits for it. */
  const alertOf = async (sku: string): Promise<Shown> => {
    await desk.post({ id: `s-${sku}`, type: 'stock.shipped', data: { location: 'DC-1', lines: [{ sku, quantity: 2 }] } });
    const find = async (): Promise<Shown | undefined> => {
      const { alerts } = await desk.ask<{ alerts: { nodes: (Shown & { subject: { item: { sku: string } } })[] } }>(
        '{ alerts(filter: { kinds: [NEGATIVE_ON_HAND] }) { nodes { id kind status subject { ... on StockLevel { item { sku } } } } } }',
      );
      return alerts.nodes.find(({ subject }) => subject.item.sku === sku);
    };
    await until(`${sku} has an alert`, 20_000, async () => (await find()) !== undefined);
    const found = await find();
    if (found === undefined) throw new Error('It is gone again');
    return found;
  };
  const give = (field: string, input: object, token?: string) =>
    desk.give<{ alerts: Shown[] }>(field, { input, shown: `alerts { ${ALERT} }`, ...(token !== undefined && { token }) });

  it('are acknowledged, commented, snoozed and resolved; each answer shows it, and so does the stream', async () => {
    const { id } = await alertOf('A-1');
    const client = openSocket(desk.crew.member('gateway'), desk.ground.tokens.reader);
    const feed = follow<{ alertChanges: { alerts: Shown[] } }>(client, {
      query: 'subscription { alertChanges(filter: { statuses: null }, options: { coalesceMs: 0 }) { alerts { id kind status } } }',
    });
    await until('the snapshot is there', 10_000, async () => feed.seen.length > 0);
    expect(await give('acknowledgeAlerts', { ids: [id] })).toMatchObject({
      alerts: [
        {
          id,
          status: 'ACKNOWLEDGED',
          acknowledgedAt: expect.any(String),
          acknowledgedBy: { name: 'operator', kind: 'USER' },
          subject: { __typename: 'StockLevel' },
        },
      ],
      userErrors: [],
    });
    expect(await desk.ask('{ alerts(filter: { kinds: [NEGATIVE_ON_HAND] }) { counts { open acknowledged snoozed } } }')).toMatchObject({
      alerts: { counts: { open: 0, acknowledged: 1, snoozed: 0 } },
    });
    expect(await give('commentAlert', { id, text: 'looking at it' })).toMatchObject({
      alerts: [{ comments: [{ text: 'looking at it', by: { name: 'operator' } }] }],
    });
    const until1 = new Date(Date.now() + 3_600_000).toISOString();
    expect(await give('snoozeAlerts', { ids: [id], until: until1 })).toMatchObject({ alerts: [{ status: 'SNOOZED', snoozedUntil: until1 }], userErrors: [] });
    expect(await give('resolveAlerts', { ids: [id], comment: 'counted again' })).toMatchObject({
      alerts: [
        { status: 'RESOLVED', resolution: 'BY_HAND', resolvedBy: { name: 'operator' }, comments: [{ text: 'looking at it' }, { text: 'counted again' }] },
      ],
      userErrors: [],
    });
    expect(codesOf((await give('acknowledgeAlerts', { ids: [id] })).userErrors)).toEqual(['ILLEGAL_TRANSITION input.ids.0']);
    const statuses = () => feed.seen.flatMap(({ alertChanges }) => alertChanges.alerts.filter((alert) => alert.id === id).map(({ status }) => status));
    await until('the stream has shown the end', 10_000, async () => statuses().at(-1) === 'RESOLVED');
    expect(statuses()).toContain('ACKNOWLEDGED');
    await client.dispose();
  }, 90_000);

  it('are for those who see their location', async () => {
    const { id } = await alertOf('A-2');
    const there = scopedToken(desk.ground, { sub: 'tess', roles: ['READ', 'OPERATE'], locations: ['DC-2'] });
    expect(codesOf((await give('acknowledgeAlerts', { ids: [id] }, there)).userErrors)).toEqual(['NOT_FOUND input.ids.0']);
    await expect(give('acknowledgeAlerts', { ids: [id] }, desk.ground.tokens.reader)).rejects.toThrow('FORBIDDEN');
    expect(await desk.ask('query One($id: ID!) { node(id: $id) { id } }', { id }, there)).toEqual({ node: null });
  }, 60_000);

  it('about an order lead to it, and it to them; an oversold level names who is concerned', async () => {
    await desk.post({ id: 'ol-r', type: 'stock.received', data: { location: 'DC-1', lines: [{ sku: 'OL', quantity: 5 }] } });
    const promisedShipBy = new Date(Date.now() - 60_000).toISOString();
    await desk.post({
      id: 'SO-LATE',
      type: 'order.placed',
      data: { location: 'DC-1', order: 'SO-LATE', promisedShipBy, lines: [{ line: 1, sku: 'OL', quantity: 5 }] },
    });
    await desk.post({ id: 'ol-a', type: 'stock.adjusted', data: { location: 'DC-1', reason: 'damaged', lines: [{ sku: 'OL', delta: -2 }] } });
    const read = () =>
      desk.ask<{ order: { alerts: { kind: string }[] }; alerts: { nodes: { kind: string; subject: object; atRisk: object[] }[] } }>(
        `{ order(ref: { number: { number: "SO-LATE", source: "/test" } }) { punctuality alerts { kind } }
           alerts(filter: { kinds: [ORDER_LATE, OVERSOLD] }) { nodes { kind subject { __typename ... on Order { number } } atRisk { orderNumber order { number } line quantity } } } }`,
      );
    await until('both alerts are there', 40_000, async () => (await read()).alerts.nodes.length === 2);
    const { order, alerts } = await read();
    expect(order.alerts.map(({ kind }) => kind).sort()).toEqual(['ORDER_LATE', 'OVERSOLD']);
    expect(alerts.nodes).toContainEqual(expect.objectContaining({ kind: 'ORDER_LATE', subject: { __typename: 'Order', number: 'SO-LATE' } }));
    const oversold = alerts.nodes.find(({ kind }) => kind === 'OVERSOLD');
    expect(oversold?.atRisk).toMatchObject([{ orderNumber: 'SO-LATE', order: { number: 'SO-LATE' }, line: 1 }]);
  }, 90_000);
});
