import { emptyLevel, type Cause, type Level, type LevelChange, type Numbered, type OrderChange } from '@quayside/contracts';

/** 2026-11-22T13:04:05Z, when the shipment of domain.md's example happened. */
export const EXAMPLE_TIME = Date.UTC(2026, 10, 22, 13, 4, 5);

/** A whole change for tests: shipment ship-981 of 10002 at DC-1, but for what the test states. */
export function aLevelChange({ cause, ...level }: Partial<Level> & { readonly cause?: Partial<Cause> } = {}): LevelChange {
  const updatedAt = level.updatedAt ?? EXAMPLE_TIME + 1_000;
  return {
    kind: 'level',
    level: { ...emptyLevel('DC-1', '10002'), version: 1, ...level, updatedAt },
    cause: { source: '/wms/dc-1', id: 'ship-981', name: 'stock.shipped', occurredAt: EXAMPLE_TIME, receivedAt: updatedAt, ...cause },
  };
}

/** Changes of one partition, numbered as inventory numbers those of single events that follow each other. */
export function numbered<T extends LevelChange | OrderChange>(changes: readonly T[], firstOffset = 100): Numbered<T>[] {
  return changes.map((what, index) => ({ at: [firstOffset + index, 0], what }));
}
