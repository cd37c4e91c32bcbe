import { HOP_SOURCE, wireType, type CloudEventSent, type Hop, type StockMoved } from '@quayside/contracts';
import type { Draft } from './draft.js';

/**
 * What a move does at its other end. Everything in it follows from the event, its id above all, so that a hop that is
 * sent again (after a crash, in a rebuild) is the same one and takes effect once. A cause at one place has one hop: n is 0.
 */
export function hopOfMove(event: StockMoved, { at }: Draft, hash: string): Hop {
  const { location, to, lines, source, id, document } = event;
  const data = { location: to, from: location, lines, cause: { source, id }, ...(document === undefined ? {} : { document }) };
  return hop({ to, hash, at }, { ...identityOf({ source, id }), type: wireType('hop.stockIn'), sequence: event.sequence, data });
}

/** What the void of a move does at its other end: it takes back the hop, whichever of the two comes first there. */
export function hopOfVoid(
  event: { source: string; id: string; location: string; target: { source: string; id: string } },
  to: string,
  more: { at: Draft['at']; hash: string },
): Hop {
  const { source, id, location, target } = event;
  const { source: hopSource, id: hopId } = identityOf(target);
  const data = { location: to, from: location, target: { source: hopSource, id: hopId }, cause: { source, id } };
  return hop({ to, ...more }, { ...identityOf({ source, id }), type: wireType('hop.voided'), data });
}

const identityOf = ({ source, id }: { readonly source: string; readonly id: string }) => ({ source: HOP_SOURCE, id: `${source}|${id}|0` });

function hop(
  { to, hash, at }: { to: string; hash: string; at: Draft['at'] },
  sent: Omit<CloudEventSent, 'specversion' | 'data'> & {
    readonly data: Record<string, unknown>;
    readonly source: string;
    readonly id: string;
    readonly type: string;
  },
): Hop {
  return {
    location: to,
    envelope: {
      v: 1,
      occurredAt: at.occurredAt,
      receivedAt: at.recordedAt,
      hash: `${hash}|0`,
      sender: 'quayside',
      event: { specversion: '1.0', ...sent },
    },
  };
}
