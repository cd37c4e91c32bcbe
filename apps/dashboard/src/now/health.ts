import { Fields } from '../wire/Fields.js';

const STATES = ['OK', 'DEGRADED', 'DOWN'] as const;
type HealthState = (typeof STATES)[number];

export interface Service {
  readonly name: string;
  readonly state: HealthState;
  readonly detail: string | null;
  readonly consumerLag: number | null;
}

/** How the house is doing; times in milliseconds, null where nothing was measured in the last minute. */
export interface Health {
  readonly state: HealthState;
  readonly eventsPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly quarantined: number;
  readonly services: readonly Service[];
  readonly check: { readonly atMs: number; readonly levels: number; readonly mismatches: number } | null;
}

export const HEALTH_DOCUMENT = `subscription Health {
  healthChanges(options: { coalesceMs: 1000, heartbeatMs: 5000 }) {
    state eventsPerSecond endToEndP50Ms endToEndP99Ms quarantined
    services { name state detail consumerLag }
    reconciliation { at levelsChecked mismatches }
  }
}`;

/** Reads a message of HEALTH_DOCUMENT; throws WireFault. */
export function readHealth(data: unknown): Health {
  const health = Fields.of(data, 'data').child('healthChanges');
  const check = health.childOrNull('reconciliation');
  return {
    state: health.oneOf('state', STATES),
    eventsPerSecond: health.number('eventsPerSecond'),
    p50Ms: health.numberOrNull('endToEndP50Ms'),
    p99Ms: health.numberOrNull('endToEndP99Ms'),
    quarantined: health.whole('quarantined'),
    services: health.list('services', (value, path) => {
      const service = Fields.of(value, path);
      return {
        name: service.text('name'),
        state: service.oneOf('state', STATES),
        detail: service.textOrNull('detail'),
        consumerLag: service.wholeOrNull('consumerLag'),
      };
    }),
    check: check === null ? null : { atMs: check.instantMs('at'), levels: check.whole('levelsChecked'), mismatches: check.whole('mismatches') },
  };
}
