import { assertNever, available, onHand, reservationStatus, showInstant, type Change, type Instant } from '@quayside/contracts';

/** A change as the status of its event shows it; the decision stands apart (decisionIn). */
export function showChange(change: Change): object[] {
  switch (change.kind) {
    case 'level': {
      const { level } = change;
      return [{ kind: 'level', location: level.location, sku: level.sku, version: level.version, onHand: onHand(level), available: available(level) }];
    }
    case 'order': {
      const {
        location,
        number: order,
        version,
        stage,
        ordered,
        cancelled,
        rejected,
        backordered,
        reserved,
        shipped,
        overshipped,
        returned,
        open,
      } = change.order;
      return [{ kind: 'order', location, order, version, stage, ordered, cancelled, rejected, backordered, reserved, shipped, overshipped, returned, open }];
    }
    case 'reservation': {
      const { location, reference, version, order, expiresAt, lines } = change.reservation;
      return [
        {
          kind: 'reservation',
          location,
          reservation: reference,
          version,
          order,
          expiresAt: showTime(expiresAt),
          lines: lines.map((line) => ({
            line: line.line,
            sku: line.sku,
            status: reservationStatus(line),
            requested: line.requested,
            active: line.active,
            backordered: line.backordered,
            rejected: line.rejected,
          })),
        },
      ];
    }
    case 'decision':
      return [];
    default:
      return assertNever(change);
  }
}

/** What was decided about a command; null for a fact. */
export function decisionIn(changes: readonly Change[]): object | null {
  const decision = changes.findLast((change) => change.kind === 'decision');
  if (decision === undefined) return null;
  const { verdict, detail, current, shortBy } = decision;
  return { verdict, detail, current, shortBy };
}

const showTime = (instant: Instant | null): string | null => (instant === null ? null : showInstant(instant));
