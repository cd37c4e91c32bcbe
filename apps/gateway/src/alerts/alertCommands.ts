import { randomUUID } from 'node:crypto';
import { assertNever, partitionOfAlert, type Alert, type AlertCommand, type Instant } from '@quayside/contracts';
import type { Publisher } from '@quayside/kafka';
import { commanderOf } from '../commands/commander.js';
import { OUTCOME_MS_MAX, unavailable } from '../commands/commandLog.js';
import { InputReader } from '../commands/inputReader.js';
import type { OutcomeWaits } from '../commands/outcomeWaits.js';
import { fault, type UserError } from '../commands/userErrors.js';
import type { GatewayContext } from '../context.js';
import { decodeNodeId } from '../nodeId.js';
import { listOf, numberOf, textOf } from '../reads/inputs.js';
import { seesAlert } from '../reads/seesAlert.js';

export interface AlertsPayload {
  /** As they stand after the command; those of which nothing was heard in time are absent. */
  readonly alerts: readonly Alert[];
  readonly userErrors: readonly UserError[];
}
export interface AlertCommandParts {
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly waits: OutcomeWaits<Alert>;
  readonly readAlerts: (ids: readonly string[]) => Promise<readonly Alert[]>;
  readonly now: () => Instant;
  readonly outcomeMsMax?: number;
}

/** What is wanted of each episode, beside whom it is about and who wants it. */
type Wanted =
  | { readonly kind: 'acknowledge'; readonly comment?: string }
  | { readonly kind: 'snooze'; readonly until: Instant; readonly comment?: string }
  | { readonly kind: 'resolve'; readonly comment: string }
  | { readonly kind: 'comment'; readonly comment: string };

/** Longest snooze: beyond it an alert is resolved, or its rule is wrong. */
const SNOOZE_MS_MAX = 90 * 24 * 3600 * 1000;

/** What people do with alerts: a record of `supply.commands` for each, and the answer is the episode's next version. */
export class AlertCommands {
  constructor(private readonly parts: AlertCommandParts) {}

  acknowledge(input: unknown, context: GatewayContext): Promise<AlertsPayload> {
    return this.run(input, context, (reader) => ({ kind: 'acknowledge', ...commentOf(reader) }));
  }

  snooze(input: unknown, context: GatewayContext): Promise<AlertsPayload> {
    return this.run(input, context, (reader) => {
      const now = this.parts.now();
      const until = numberOf(reader.given, 'until') ?? 0;
      if (until <= now || until > now + SNOOZE_MS_MAX) reader.add('INVALID', ['until'], 'From now on, and at most 90 days ahead');
      return { kind: 'snooze', until, ...commentOf(reader) };
    });
  }

  resolve(input: unknown, context: GatewayContext): Promise<AlertsPayload> {
    return this.run(input, context, (reader) => ({ kind: 'resolve', comment: reader.reason('comment') }));
  }

  comment(input: unknown, context: GatewayContext): Promise<AlertsPayload> {
    return this.run(input, context, (reader) => ({ kind: 'comment', comment: reader.reason('text') }));
  }

  private async run(input: unknown, context: GatewayContext, read: (reader: InputReader) => Wanted): Promise<AlertsPayload> {
    const { id: actor } = commanderOf(context);
    const reader = new InputReader(input, context.visible);
    const wanted = read(reader);
    const id = textOf(reader.given, 'id');
    const ids = id === null ? (listOf(reader.given, 'ids') ?? []) : [id];
    if (ids.length === 0) reader.add('BLANK', ['ids'], 'Name at least one alert');
    if (reader.faults.length > 0) return { alerts: [], userErrors: reader.faults };
    const pathOf = (index: number): readonly string[] => (id === null ? ['ids', String(index)] : ['id']);
    const found = await this.find(ids, context);
    const userErrors = ids.flatMap((_id, index) => whyNot(found[index], wanted, pathOf(index)));
    const open = distinct(found.filter((alert) => alert !== null)).filter((alert) => isPossible(alert, wanted));
    const alerts = await Promise.all(open.map(async (alert) => (isSo(alert, wanted) ? alert : this.command(alert, wanted, actor))));
    return { alerts: alerts.filter((alert) => alert !== null), userErrors };
  }

  /** In the order asked; null for what is none, or may not be seen. */
  private async find(ids: readonly string[], { visible }: GatewayContext): Promise<(Alert | null)[]> {
    const refs = ids.map((id) => decodeNodeId(id));
    const alerts = await this.parts.readAlerts(refs.flatMap((ref) => (ref?.kind === 'alert' ? [ref.id] : [])));
    const seen = new Map(alerts.filter((alert) => seesAlert(visible, alert)).map((alert) => [alert.id, alert]));
    return refs.map((ref) => (ref?.kind === 'alert' ? (seen.get(ref.id) ?? null) : null));
  }

  private async command(alert: Alert, wanted: Wanted, actor: string): Promise<Alert | null> {
    const { publisher, waits, now, outcomeMsMax = OUTCOME_MS_MAX } = this.parts;
    const partition = partitionOfAlert(alert.id);
    if (partition === null) throw new Error(`Nobody owns alert ${alert.id}`);
    const command: AlertCommand = { v: 1, id: randomUUID(), alertId: alert.id, by: `user:${actor}`, at: now(), ...wanted };
    const { outcome, giveUp } = waits.await(alert.id, {
      timeoutMs: outcomeMsMax,
      accepts: (next) => next.version > alert.version && shows(next, command, alert),
    });
    try {
      await publisher.publish('commands', [{ partition, key: alert.id, value: JSON.stringify(command) }]);
    } catch (cause) {
      giveUp();
      throw unavailable(cause);
    }
    return outcome;
  }
}

function commentOf(reader: InputReader): { readonly comment?: string } {
  const comment = reader.text('comment');
  return comment === null ? {} : { comment };
}

/** What is resolved is over; a cause that comes back opens the episode again, or another one. */
const isPossible = (alert: Alert, { kind }: Wanted): boolean => alert.status !== 'RESOLVED' && (kind !== 'comment' || takesComments(alert));
/** Alerting keeps no more with an episode (libs/alerts, obeyCommands). */
const COMMENTS_MAX = 50;
const takesComments = ({ comments }: Alert): boolean => comments.length < COMMENTS_MAX;

function whyNot(alert: Alert | null | undefined, wanted: Wanted, path: readonly string[]): UserError[] {
  if (alert == null) return [fault('NOT_FOUND', path, 'There is no such alert')];
  if (isPossible(alert, wanted)) return [];
  return [
    alert.status === 'RESOLVED'
      ? fault('ILLEGAL_TRANSITION', path, 'It is resolved already')
      : fault('TOO_MANY', path, `An alert takes ${COMMENTS_MAX} comments`),
  ];
}

/** Nothing is left to be done: whoever acknowledges twice has what he wants. */
const isSo = (alert: Alert, wanted: Wanted): boolean => wanted.comment === undefined && isTaken(alert, wanted);

/** Whether a version is one after the command, and not only after something else that happened meanwhile. A comment is known by its command. */
function shows(alert: Alert, command: AlertCommand, before: Alert): boolean {
  if (alert.status === 'RESOLVED') return true;
  return command.comment !== undefined && takesComments(before) ? alert.comments.some(({ id }) => id === command.id) : isTaken(alert, command);
}

function isTaken(alert: Alert, wanted: Wanted): boolean {
  switch (wanted.kind) {
    case 'acknowledge':
      return alert.acknowledgedAt !== null && alert.snoozedUntil === null;
    case 'snooze':
      return alert.snoozedUntil === wanted.until;
    case 'resolve':
      return alert.status === 'RESOLVED';
    case 'comment':
      return false;
    default:
      return assertNever(wanted);
  }
}

const distinct = (alerts: readonly Alert[]): Alert[] => [...new Map(alerts.map((alert) => [alert.id, alert])).values()];
