import { instantOf, showInstant } from '@quayside/contracts';
import { judgeExplanation, readExplanation } from '@quayside/store';
import { EXIT, usageFault, type ExitCode } from './fault.js';
import type { Output } from './output.js';
import type { Place } from './place.js';
import { reckon, showExplanation } from './showExplanation.js';
import { withStores } from './stores.js';

export interface ExplainAsked {
  readonly location: string;
  readonly sku: string;
  /** RFC 3339; undefined: now. */
  readonly at: string | undefined;
}

/** `quayside explain LOCATION SKU`: the arithmetic behind a level. Exit code 1 when it does not add up, or when there is no such level. */
export async function explainCommand(place: Place, { location, sku, at: text }: ExplainAsked, output: Output): Promise<ExitCode> {
  const at = text === undefined ? null : instantOf(text);
  if (at === null && text !== undefined)
    throw usageFault(`--at ${text} makes no sense`, 'it is no RFC 3339 time', 'Write date, time and zone: 2027-03-31T00:00:00Z.');
  return withStores(place, async ({ database }) => {
    const explanation = await readExplanation(database.pool, { location, sku, at });
    if (explanation === null) {
      output.result(
        { type: 'unknown', location, sku },
        (colors) =>
          `${colors.red('✗')} ${sku} has no level at ${location}: no event has named the two together.\n  What to do: check their spelling; case counts.`,
      );
      return EXIT.failed;
    }
    const gaps = judgeExplanation(explanation);
    const record = { type: 'explanation', location, sku, at: at === null ? null : showInstant(at), ...reckon(explanation), addsUp: gaps.length === 0, gaps };
    output.result({ ...record, ...explanation }, (colors) => showExplanation(explanation, { gaps, colors }));
    return gaps.length === 0 ? EXIT.ok : EXIT.failed;
  });
}
