import { emptyLevel, type ChangeNumber, type Level, type Numbered } from '@quayside/contracts';

/** For tests: a whole level, of which a test states what matters to it. */
export function aLevel(given: Partial<Level> = {}): Level {
  return { ...emptyLevel('DC-1', '10002'), version: 1, sellable: 10, updatedAt: 1_000, lastEventAt: 900, ...given };
}

/** For tests: a level with its number. */
export const aNumbered = (at: ChangeNumber, given: Partial<Level> = {}): Numbered<Level> => ({ at, what: aLevel(given) });
