import { onHand, showInstant } from '@quayside/contracts';
import type { EventTrace } from '@quayside/store';
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
    add('applied', applied.appliedAt, `${applied.ledger.length} ledger rows, ${applied.changes.length} changes`);
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
  const lines = stages.map(
    ({ stage, at, afterMs, detail }) =>
      `  ${stage.padEnd(12)}${(at === null ? '' : showInstant(at)).padEnd(26)}${(afterMs === null ? '' : `+${afterMs} ms`).padEnd(12)}${detail}`,
  );
  const rows = (trace.applied?.ledger ?? []).map(
    (row) =>
      `  ledger      ${row.kind} ${row.delta > 0 ? '+' : ''}${row.delta} ${row.bucket} of ${row.sku} at ${row.location}: ${row.onHandAfter} on hand, ${row.availableAfter} available after it${row.late ? ' (late)' : ''}`,
  );
  const changes = (trace.applied?.changes ?? []).map(
    ({ at, what }) => `  change      ${at.join('.')}: ${what.level.sku} at ${what.level.location} version ${what.level.version}, ${onHand(what.level)} on hand`,
  );
  const alerts = (trace.applied?.alerts ?? []).map((alert) => `  alert       ${alert.kind} ${alert.status}: ${alert.explanation}`);
  return [head, ...lines, ...rows, ...changes, ...alerts].join('\n');
}
