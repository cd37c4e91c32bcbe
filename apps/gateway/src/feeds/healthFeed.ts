import type { HealthReport, HealthWatch } from '../health/healthWatch.js';
import type { Feed } from '../live/feed.js';

/** `healthChanges`: the whole report, now, whenever it was measured anew, and at each heartbeat. There is nothing to resume: a report is whole. */
export function healthFeed(watch: Pick<HealthWatch, 'report' | 'measureCount' | 'onMeasure'>): Feed {
  const report = (): HealthReport => watch.report();
  const head = (): string => String(watch.measureCount);
  return {
    head,
    isRetained: () => true,
    onChange: (listen) => watch.onMeasure(listen),
    open: () => ({
      page: async () => ({ contents: { ...report() }, next: null }),
      since: (cursor) => ({ contents: cursor === head() ? null : { ...report() }, cursor: head() }),
      nothing: () => ({ ...report() }),
    }),
  };
}
