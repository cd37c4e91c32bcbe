import { available, onHand, type Level } from '@quayside/contracts';
import type { LevelShown, LiveFault } from './auditFinding.js';

/** A level as both stores have it (null: it does not), with how far each showed the log when it was read. */
export interface LevelPair {
  readonly postgres: Level | null;
  readonly redis: Level | null;
  /** The fence of the same snapshot as the row. */
  readonly fence: number;
  /** The cursor of the same call as the live level. */
  readonly cursor: number;
}

/**
 * Whether Redis shows what Postgres has (I8). A version has one content for ever, and neither store goes back, so much is
 * certain even while both move: `undecided` is left only where the two were read at different places of the log.
 */
export function judgeLevel({ postgres, redis, fence, cursor }: LevelPair): LiveFault | 'same' | 'undecided' {
  if (redis === null) {
    if (postgres === null) return 'same';
    return cursor >= fence ? 'MISSING' : 'undecided';
  }
  if (postgres === null) return cursor <= fence ? 'EXTRA' : 'undecided';
  if (redis.version === postgres.version) return isSameLevel(redis, postgres) ? 'same' : 'DIFFERENT';
  if (redis.version < postgres.version) return cursor >= fence ? 'OLDER' : 'undecided';
  return cursor <= fence ? 'AHEAD' : 'undecided';
}

/** What a finding tells of a level. */
export function showLevel(level: Level | null): LevelShown | null {
  return level === null ? null : { version: level.version, onHand: onHand(level), available: available(level) };
}

function isSameLevel(a: Level, b: Level): boolean {
  return NUMBERS.every((field) => a[field] === b[field]);
}

const NUMBERS = [
  'sellable',
  'inspection',
  'hold',
  'damaged',
  'reserved',
  'inTransit',
  'onOrder',
  'backordered',
  'reorderPoint',
  'safetyStock',
  'version',
  'lastEventAt',
  'lastCountAt',
  'lastOutboundAt',
  'updatedAt',
] as const satisfies readonly (keyof Level)[];
