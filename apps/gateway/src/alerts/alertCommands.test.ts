import { describe, expect, it } from '@jest/globals';
import type { Alert, AlertCommand } from '@quayside/contracts';
import type { Viewer } from '@quayside/service';
import { OutcomeWaits } from '../commands/outcomeWaits.js';
import { requestContext, type GatewayContext } from '../context.js';
import { encodeNodeId } from '../nodeId.js';
import { anAlert } from './anAlert.js';
import { AlertCommands } from './alertCommands.js';

const now = 1_795_000_000_000;
const viewer = (...locations: string[]): Viewer => ({ id: 'olga', name: 'Olga', roles: ['OPERATE'], locations, expiresAt: Infinity });
const never = (): never => {
  throw new Error('Alert commands read no levels');
};
const contextOf = (...locations: string[]): GatewayContext => ({
  ...requestContext({ levelReader: { read: never } as never, pool: { query: never } as never, now: () => now }, viewer(...locations)),
});
const idOf = (alert: Alert): string => encodeNodeId({ kind: 'alert', id: alert.id });

/** Alerting, as far as people see it: it takes each command and tells the next version, or is away. */
class World {
  readonly waits = new OutcomeWaits<Alert>();
  readonly commands: { partition: number; command: AlertCommand }[] = [];
  readonly alerts = new Map<string, Alert>();
  isAway = false;
  readonly gateway = new AlertCommands({
    publisher: { publish: async (role, records) => records.forEach(({ partition, value }) => this.take(role, partition, JSON.parse(value) as AlertCommand)) },
    waits: this.waits,
    readAlerts: async (ids) => ids.flatMap((id) => this.alerts.get(id) ?? []),
    now: () => now,
    outcomeMsMax: 20,
  });

  constructor(...alerts: Alert[]) {
    for (const alert of alerts) this.alerts.set(alert.id, alert);
  }

  private take(role: string, partition: number, command: AlertCommand): void {
    if (role !== 'commands') throw new Error(`A command of an alert was sent to ${role}`);
    this.commands.push({ partition, command });
    const alert = this.alerts.get(command.alertId);
    if (alert === undefined || this.isAway) return;
    this.waits.see(alert.id, { ...alert, version: alert.version + 1, lastSeenAt: now }); // something else happened first
    this.waits.see(alert.id, { ...decide(alert, command), version: alert.version + 2 });
  }
}

function decide(alert: Alert, command: AlertCommand): Alert {
  const comments = command.comment === undefined ? alert.comments : [...alert.comments, { id: command.id, at: now, by: command.by, text: command.comment }];
  switch (command.kind) {
    case 'acknowledge':
      return { ...alert, comments, status: 'ACKNOWLEDGED', acknowledgedAt: now, acknowledgedBy: command.by };
    case 'snooze':
      return { ...alert, comments, status: 'SNOOZED', snoozedUntil: command.until };
    case 'resolve':
      return { ...alert, comments, status: 'RESOLVED', resolvedAt: now, resolvedBy: command.by };
    case 'comment':
      return { ...alert, comments };
  }
}

describe('what people do with an alert', () => {
  it('is a command at the partition of its episode, answered with the version after it', async () => {
    const alert = anAlert({ id: 'LOW_STOCK|DC-1|A|7.31' });
    const world = new World(alert);
    const answer = await world.gateway.acknowledge({ ids: [idOf(alert)] }, contextOf('DC-1'));
    expect(answer).toMatchObject({ alerts: [{ id: alert.id, status: 'ACKNOWLEDGED', version: 3 }], userErrors: [] });
    expect(world.commands).toMatchObject([{ partition: 7, command: { v: 1, kind: 'acknowledge', alertId: alert.id, by: 'user:olga', at: now } }]);
  });

  it.each([
    ['snooze', { until: now + 60_000, comment: 'later' }, { status: 'SNOOZED', snoozedUntil: now + 60_000, comments: [{ text: 'later' }] }],
    ['resolve', { comment: 'done' }, { status: 'RESOLVED', comments: [{ text: 'done' }] }],
    ['acknowledge', { comment: 'mine' }, { status: 'ACKNOWLEDGED', comments: [{ text: 'mine' }] }],
  ] as const)('takes effect: %s', async (kind, input, expected) => {
    const alert = anAlert();
    const world = new World(alert);
    expect(await world.gateway[kind]({ ids: [idOf(alert)], ...input }, contextOf('*'))).toMatchObject({ alerts: [expected], userErrors: [] });
  });

  it('can be a comment alone', async () => {
    const alert = anAlert();
    expect(await new World(alert).gateway.comment({ id: idOf(alert), text: 'why' }, contextOf('*'))).toMatchObject({
      alerts: [{ comments: [{ text: 'why' }] }],
    });
  });

  it('is no comment on one that is resolved, or has all that it takes', async () => {
    const comments = Array.from({ length: 50 }, (_, index) => ({ id: String(index), at: 0, by: 'user:olga', text: 'x' }));
    const [over, full] = [anAlert({ id: 'a|0.1', status: 'RESOLVED' }), anAlert({ id: 'b|0.2', comments })];
    const { gateway } = new World(over, full);
    expect((await gateway.comment({ id: idOf(over), text: 'why' }, contextOf('*'))).userErrors).toMatchObject([
      { code: 'ILLEGAL_TRANSITION', field: ['input', 'id'] },
    ]);
    expect((await gateway.comment({ id: idOf(full), text: 'why' }, contextOf('*'))).userErrors).toMatchObject([{ code: 'TOO_MANY' }]);
  });

  it('is done for those that can be, and each other one is told', async () => {
    const [open, over, hidden] = [anAlert({ id: 'a|0.1' }), anAlert({ id: 'b|0.2', status: 'RESOLVED' }), anAlert({ id: 'c|0.3', location: 'DC-2' })];
    const world = new World(open, over, hidden);
    const ids = [idOf(open), idOf(over), idOf(hidden), encodeNodeId({ kind: 'item', sku: 'A' }), idOf(open)];
    const { alerts, userErrors } = await world.gateway.resolve({ ids, comment: 'done' }, contextOf('DC-1'));
    expect(alerts.map(({ id }) => id)).toEqual([open.id]);
    expect(userErrors.map(({ code, field }) => `${code} ${field?.join('.')}`)).toEqual([
      'ILLEGAL_TRANSITION input.ids.1',
      'NOT_FOUND input.ids.2',
      'NOT_FOUND input.ids.3',
    ]);
    expect(world.commands).toHaveLength(1);
  });

  it('at no location is for those who may see all', async () => {
    const alert = anAlert({ kind: 'QUARANTINE_BACKLOG', location: null, sku: null });
    const world = new World(alert);
    expect((await world.gateway.acknowledge({ ids: [idOf(alert)] }, contextOf('DC-1'))).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await world.gateway.acknowledge({ ids: [idOf(alert)] }, contextOf('*'))).alerts).toHaveLength(1);
  });

  it('asks for nothing that is so already', async () => {
    const alert = anAlert({ status: 'ACKNOWLEDGED', acknowledgedAt: 5 });
    const world = new World(alert);
    expect(await world.gateway.acknowledge({ ids: [idOf(alert)] }, contextOf('*'))).toEqual({ alerts: [alert], userErrors: [] });
    expect(world.commands).toEqual([]);
  });

  it('is undecided where alerting does not answer in time', async () => {
    const alert = anAlert();
    const world = new World(alert);
    world.isAway = true;
    expect(await world.gateway.acknowledge({ ids: [idOf(alert)] }, contextOf('*'))).toEqual({ alerts: [], userErrors: [] });
  });

  it.each([
    ['no alert', { ids: [], until: now + 1 }, ['BLANK input.ids']],
    ['a time that is over', { ids: ['x'], until: now }, ['INVALID input.until']],
    ['a time beyond 90 days', { ids: ['x'], until: now + 91 * 24 * 3_600_000 }, ['INVALID input.until']],
    ['a blank comment', { ids: ['x'], until: now + 1, comment: ' ' }, ['BLANK input.comment']],
  ])('is refused with %s', async (_name, input, expected) => {
    const { userErrors } = await new World().gateway.snooze(input, contextOf('*'));
    expect(userErrors.map(({ code, field }) => `${code} ${field?.join('.')}`)).toEqual(expected);
  });
});
