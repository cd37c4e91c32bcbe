import { assertNever, available, onHand, reservationStatus, showInstant, type Change } from '@quayside/contracts';
import type { EventTrace } from '@quayside/store';
import { showDuration } from './duration.js';
import type { Colors } from './output.js';

/** One stage of an event: when it was reached and how long after the stage before. */
export interface Stage {
  readonly stage: 'occurred' | 'logged' | 'applied' | 'published' | 'shown' | 'alerted' | 'quarantined';
  /** Milliseconds since 1970; null where only the fact is stored. */
  readonly at: number | null;
  /** Since the newest stage before that has a time; null without one. */
  readonly afterMs: number | null;
  readonly detail: string;
}

/** The way of an event, in the order in which it went. Stages that it has not reached are absent. */
export function stagesOf(trace: EventTrace, live: { readonly shown: boolean; readonly published: boolean }): Stage[] {
  const stages: Stage[] = [];
  let last: number | null = null;
  const add = (stage: Stage['stage'], at: number | null, detail: string): void => {
    stages.push({ stage, at, afterMs: at === null || last === null ? null : at - last, detail });
    last = at ?? last;
  };
  const { applied } = trace;
  if (applied !== null) {
    add('occurred', applied.occurredAt, 'by the clock of its sender');
    add('logged', applied.receivedAt, `partition ${trace.partition} record ${trace.offset}`);
    add('applied', applied.appliedAt, `${countOf(applied.ledger.length, 'ledger row')}, ${countOf(applied.changes.length, 'change')}`);
    if (live.published) add('published', null, 'its changes are in supply.changes');
    if (live.shown) add('shown', null, 'Redis shows it');
    for (const alert of applied.alerts) {
      // Decided so long after the causing record was logged; an alert that others began names them first.
      const isFirst = alert.causedBy[0]?.id === undefined || alert.occurrences === 1;
      add('alerted', isFirst ? applied.receivedAt + alert.detectionMs : null, `${alert.status} ${alert.title}`);
    }
  }
  for (const each of trace.quarantined) add('quarantined', each.recordedAt, `record ${each.offset}: ${each.reason}, ${each.state}: ${each.detail}`);
  return stages;
}

/** A trace for a person. */
export function showTrace({
  event,
  trace,
  stages,
  colors,
}: {
  readonly event: { readonly source: string; readonly id: string };
  readonly trace: EventTrace;
  readonly stages: readonly Stage[];
  readonly colors: Colors;
}): string {
  const head = `${colors.bold(`${event.source} ${event.id}`)}  ${trace.applied?.name ?? ''} ${trace.state}${trace.repeats > 0 ? `, sent again ${trace.repeats}×` : ''}`;
  const taken = trace.voidedBy === null ? [] : [`  void        ${showVoid(trace)}`];
  const lines = stages.map(
    ({ stage, at, afterMs, detail }) =>
      `  ${stage.padEnd(12)}${(at === null ? '' : showInstant(at)).padEnd(26)}${(afterMs === null ? '' : showWait(afterMs)).padEnd(12)} ${detail}`,
  );
  const rows = (trace.applied?.ledger ?? []).map(
    (row) =>
      `  ledger      ${row.kind} ${row.delta > 0 ? '+' : ''}${row.delta} ${row.bucket} of ${row.sku} at ${row.location}: ${row.onHandAfter} on hand, ${row.availableAfter} available after it${row.late ? ' (late)' : ''}${row.at === null ? '' : `, at the time of ${row.at.source} ${row.at.id}`}`,
  );
  const changes = (trace.applied?.changes ?? []).map(
    ({ at, what }) => `  ${(what.kind === 'decision' ? 'decision' : 'change').padEnd(12)}${at.join('.')}: ${showChange(what)}`,
  );
  const alerts = (trace.applied?.alerts ?? []).map((alert) => `  alert       ${alert.kind} ${alert.status}: ${alert.explanation}`);
  return [head, ...taken, ...lines, ...rows, ...changes, ...alerts].join('\n');
}

const countOf = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Clocks of senders may run ahead: then a stage comes before the one that led to it. */
const showWait = (waitMs: number): string => `${waitMs < 0 ? '-' : '+'}${showDuration(Math.abs(waitMs))}`;

function showVoid({ state, voidedBy }: EventTrace): string {
  const by = `${voidedBy?.source} ${voidedBy?.id}`;
  return state === 'TOMBSTONE' ? `${by} came before it and waits for it: it will have no effect` : `taken back by ${by}`;
}

/** A change in words. */
export function showChange(change: Change): string {
  switch (change.kind) {
    case 'level': {
      const { level } = change;
      return `${level.sku} at ${level.location} version ${level.version}, ${onHand(level)} on hand, ${level.reserved} reserved, ${available(level)} available`;
    }
    case 'order': {
      const { order } = change;
      const parts = ORDER_PARTS.flatMap((name) => (order[name] === 0 ? [] : [`${order[name]} ${name}`]));
      return `order ${order.number} at ${order.location} version ${order.version} is ${order.stage}: ${parts.length === 0 ? 'nothing of it is known yet' : parts.join(', ')}`;
    }
    case 'reservation': {
      const { reservation } = change;
      const lines = reservation.lines.map((line) => `line ${line.line} ${reservationStatus(line)}, ${line.active} of ${line.requested} ${line.sku} held`);
      return `reservation ${reservation.reference} at ${reservation.location} version ${reservation.version}: ${lines.join('; ')}`;
    }
    case 'decision':
      return showDecision(change);
    default:
      return assertNever(change);
  }
}

const ORDER_PARTS = ['ordered', 'open', 'reserved', 'backordered', 'shipped', 'overshipped', 'cancelled', 'rejected', 'returned'] as const;

function showDecision({ verdict, detail, current, shortBy }: Extract<Change, { kind: 'decision' }>): string {
  const truth = current.map(({ sku, onHand: stands }) => `${sku} has ${stands} on hand`);
  const missing = shortBy.map(({ line, sku, quantity }) => `${quantity} of ${sku} missing (line ${line})`);
  return [verdict, ...(detail === '' ? [] : [detail]), ...truth, ...missing].join('; ');
}
