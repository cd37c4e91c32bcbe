import { MOVEMENT_KINDS } from '@quayside/contracts';
import { findLedger, type LedgerEntry, type LedgerFilter, type LedgerPlace, type Database } from '@quayside/store';
import { z } from 'zod';
import { narrow, type Visible } from '../visible.js';
import { asGiven, choicesOf, flagOf, locationsOf, numberOf, skusOf, textOf } from './inputs.js';
import { pageSize, toPage, type Page } from './page.js';
import { placeCursor } from './placeCursor.js';

/** A LedgerEntryConnection. */
export interface LedgerConnection extends Page<LedgerEntry> {
  readonly streamCursor: string;
}

/** The ledger from Postgres, newest recorded first. */
export class LedgerPages {
  constructor(
    private readonly pool: Database['pool'],
    private readonly showHead: () => string,
  ) {}

  async connection({ filter, first, after }: { filter: LedgerFilter; first: unknown; after: unknown }): Promise<LedgerConnection> {
    const size = pageSize(first);
    const place = typeof after === 'string' ? cursor.decode(after) : null;
    const streamCursor = this.showHead();
    const found = await findLedger(this.pool, { filter, after: place, limit: size + 1 });
    return { ...toPage(found, { size, after: place !== null, cursorOf }), streamCursor };
  }
}

/** Reads a LedgerFilter and narrows it to what may be seen. Throws BAD_USER_INPUT. */
export function readLedgerFilter(value: unknown, visible: Visible): LedgerFilter {
  const given = asGiven(value);
  return {
    skus: skusOf(given),
    locations: narrow(visible, locationsOf(given)),
    kinds: choicesOf(given, 'kinds', MOVEMENT_KINDS),
    orderNumber: textOf(given, 'orderNumber'),
    occurredFrom: numberOf(given, 'occurredFrom'),
    occurredTo: numberOf(given, 'occurredTo'),
    recordedFrom: numberOf(given, 'recordedFrom'),
    recordedTo: numberOf(given, 'recordedTo'),
    lateOnly: flagOf(given, 'lateOnly') === true,
  };
}

const placeShape: z.ZodType<LedgerPlace> = z.strictObject({ recordedAt: z.int(), partition: z.int(), offset: z.int(), line: z.int() });
const cursor = placeCursor('ledger', placeShape);
const cursorOf = ({ recordedAt, partition, offset, line }: LedgerEntry): string => cursor.encode({ recordedAt, partition, offset, line });
