import type { AlertKind, AlertResolution, AlertStatus, EventIdentity } from '@quayside/contracts';
import type { Ground } from '../harness/ground.js';

export interface Episode {
  readonly kind: AlertKind;
  readonly status: AlertStatus;
  readonly resolution: AlertResolution | null;
  readonly explanation: string;
  readonly causedBy: readonly EventIdentity[];
}

/** Every episode about a sku, the first opened first. */
export async function episodesOf(ground: Ground, sku: string): Promise<Episode[]> {
  const { rows } = await ground.postgres.query<Omit<Episode, 'causedBy'> & { caused_by: string }>(
    'SELECT kind, status, resolution, explanation, caused_by FROM alert_episode WHERE sku = $1 ORDER BY opened_at, kind',
    [sku],
  );
  return rows.map(({ caused_by, ...episode }) => ({ ...episode, causedBy: JSON.parse(caused_by) as EventIdentity[] }));
}
