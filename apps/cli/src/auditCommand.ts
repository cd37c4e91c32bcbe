import { readTopicEnds } from '@quayside/kafka';
import { audit, readStoreEpoch, type AuditCounts } from '@quayside/store';
import { EXIT, type ExitCode } from './fault.js';
import type { Output } from './output.js';
import type { Place } from './place.js';
import { showFinding, showNotice } from './showFinding.js';
import { logSettings, withStores } from './stores.js';

/** `quayside audit`: recomputes the identities from the rows and lists what does not hold. */
export async function auditCommand(place: Place, output: Output): Promise<ExitCode> {
  const startedMs = performance.now();
  const counts = await withStores(place, async ({ database, live, scan }) =>
    audit({
      stores: { pool: database.pool, live, epoch: await readStoreEpoch(database.pool) },
      scan,
      readEnds: async () => new Map([...(await readTopicEnds(logSettings(place), 'events'))].map(([partition, { high }]) => [partition, high])),
      onFinding: (finding) =>
        output.result({ type: 'difference', ...finding, text: showFinding(finding) }, (colors) => `${colors.red('✗')} ${showFinding(finding)}`),
      onNotice: (notice) => output.result({ type: 'notice', ...notice, text: showNotice(notice) }, (colors) => `${colors.yellow('•')} ${showNotice(notice)}`),
    }),
  );
  const tookMs = Math.round(performance.now() - startedMs);
  output.result({ type: 'summary', ...counts, tookMs, text: summarise(counts, tookMs) }, (colors) =>
    (counts.differences === 0 ? colors.green : colors.red)(summarise(counts, tookMs)),
  );
  return counts.differences === 0 ? EXIT.ok : EXIT.failed;
}

const count = (value: number): string => value.toLocaleString('en-US');

function summarise(counts: AuditCounts, tookMs: number): string {
  const records = `${count(counts.applied)} events applied, ${count(counts.quarantined)} quarantined, ${count(counts.repeats)} repeats`;
  const live = `${count(counts.liveLevels)} levels compared with Redis`;
  return `${count(counts.differences)} differences in ${count(counts.levels)} levels, ${count(counts.ledgerRows)} rows (${records}; ${live}; ${(tookMs / 1000).toFixed(1)} s)`;
}
