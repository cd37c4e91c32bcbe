import type { Alert } from '@quayside/contracts';
import type { AlertFilter } from '@quayside/store';
import type { Feed } from '../live/feed.js';
import { encodeNodeId } from '../nodeId.js';
import { alertsShown, readAlertFilter } from '../reads/alertFilter.js';
import { objectFeed, type ObjectPage } from './objectFeed.js';
import type { Objects } from './ring.js';
import type { Stretch } from './stretch.js';

export const ALERT_OBJECTS: Objects<Alert> = { keyOf: ({ id }) => id, versionOf: ({ version }) => version };

export type ReadAlertPage = (filter: AlertFilter, from: string | null) => Promise<ObjectPage<Alert>>;

/** `alertChanges`: every episode that the filter and the scope let through. A batch carries its filter, for the counts. */
export function alertFeed(stretch: Stretch<Alert>, readPage: ReadAlertPage): Feed {
  return objectFeed({
    stretch,
    idOf: ({ id }) => encodeNodeId({ kind: 'alert', id }),
    open: ({ filter: given }, visible) => {
      const filter = readAlertFilter(given, visible);
      return { shows: alertsShown(filter), readPage: (from) => readPage(filter, from), contents: (alerts) => ({ alerts, filter }) };
    },
  });
}
