import type { Level, Quantity } from '@quayside/contracts';
import { readLedgerOf, type Database, type LedgerEntry } from '@quayside/store';
import type { GatewayContext } from '../context.js';
import { readAdjustStock } from './readAdjustStock.js';
import { readRecordCount } from './readRecordCount.js';
import { levelsOf, runCommand, type CommandRunning } from './runCommand.js';
import type { UserError } from './userErrors.js';

export interface AdjustStockPayload {
  /** Null while undecided, or refused; as the other results. */
  readonly entries: readonly LedgerEntry[] | null;
  readonly levels: readonly Level[] | null;
  readonly streamCursor: string | null;
  readonly userErrors: readonly UserError[];
}
export interface RecordCountPayload {
  readonly entry: LedgerEntry | null;
  readonly level: Level | null;
  readonly difference: Quantity | null;
  readonly streamCursor: string | null;
  readonly userErrors: readonly UserError[];
}
export interface CommandParts extends CommandRunning {
  readonly pool: Database['pool'];
}

/** Corrections and counts that people give. */
export class StockCommands {
  constructor(private readonly parts: CommandParts) {}

  async adjust(input: unknown, context: GatewayContext): Promise<AdjustStockPayload> {
    const answer = await runCommand(this.parts, context, (reading) => readAdjustStock(input, reading));
    if (answer.done === null) return { entries: null, levels: null, ...answer.payload };
    const entries = await readLedgerOf(this.parts.pool, [answer.done.place]);
    return { entries, levels: levelsOf(answer.done), ...answer.payload };
  }

  async count(input: unknown, context: GatewayContext): Promise<RecordCountPayload> {
    const answer = await runCommand(this.parts, context, (reading) => readRecordCount(input, reading));
    if (answer.done === null) return { entry: null, level: null, difference: null, ...answer.payload };
    const entries = await readLedgerOf(this.parts.pool, [answer.done.place]);
    const entry = entries.find(({ kind, by }) => kind === 'COUNT_VARIANCE' && by === null) ?? null;
    const [level = null] = levelsOf(answer.done);
    // A count that found what was known may leave its level as it was.
    const shown = level ?? (entry === null ? null : await context.levels.load(entry));
    return { entry, level: shown, difference: entry?.delta ?? null, ...answer.payload };
  }
}
