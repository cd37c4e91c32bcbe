import { describe, expect, it } from '@jest/globals';
import type { Alert } from '@quayside/contracts';
import type { AlertsCommit } from '@quayside/store';
import type { AlertStore } from './alertingPorts.js';

/** What alerting relies on in its store: run against the twin in memory and against Postgres. `open` gives an empty one. */
export function describeAlertStore(name: string, open: () => Promise<AlertStore>): void {
  describe(`${name} as alerting's store`, () => {
    it('has no fence before alerting started, and one at 0 after', async () => {
      const store = await open();
      expect(await store.readFence(5)).toBeNull();
      expect(await store.startFence(5)).toEqual({ nextOffset: 0, last: null, alertsOffset: 0 });
      expect(await store.startFence(5)).toEqual({ nextOffset: 0, last: null, alertsOffset: 0 });
    });

    it('stores a step whole, and gives back what was stored', async () => {
      const store = await open();
      await store.startFence(5);
      const alert = anAlert();
      expect(await store.commit(aCommit({ outcomes: [{ offset: 1, alerts: [alert] }], episodes: [alert] }))).toEqual({ kind: 'committed', alertsOffset: 0 });
      expect(await store.readFence(5)).toEqual({ nextOffset: 3, last: [7, 1], alertsOffset: 0 });
      expect(await store.readEpisodes({ partition: 5, fingerprints: [alert.fingerprint, 'LOW_STOCK|DC-1|none'] })).toEqual([alert]);
      expect(await store.readEpisodes({ partition: 6, fingerprints: [alert.fingerprint] })).toEqual([]);
      expect(await store.readOutcomes({ partition: 5, from: 0, to: 3 })).toEqual({ outcomes: [{ offset: 1, alerts: [alert] }], upTo: 3 });
    });

    it('refuses a step that was decided at another fence, and writes nothing of it', async () => {
      const store = await open();
      await store.startFence(5);
      await store.commit(aCommit({}));
      const zombie = aCommit({ to: 9, episodes: [anAlert()], outcomes: [{ offset: 2, alerts: [anAlert()] }] });
      expect(await store.commit(zombie)).toEqual({ kind: 'refused' });
      expect(await store.readFence(5)).toMatchObject({ nextOffset: 3 });
      expect(await store.readEpisodes({ partition: 5, fingerprints: [anAlert().fingerprint] })).toEqual([]);
      expect(await store.readOutcomes({ partition: 5, from: 0, to: 9 })).toEqual({ outcomes: [], upTo: 9 });
    });

    it('refuses a step of a partition that was never started', async () => {
      expect(await (await open()).commit(aCommit({}))).toEqual({ kind: 'refused' });
    });

    it('takes one episode resolved and the next one opened in the same step, in either order, and reads the newer', async () => {
      for (const reverse of [false, true]) {
        const store = await open();
        await store.startFence(5);
        const first = anAlert();
        await store.commit(aCommit({ episodes: [first] }));
        const resolved = anAlert({ status: 'RESOLVED', resolvedAt: 1_500, resolution: 'BY_ITSELF', version: 2 });
        const second = anAlert({ id: `${first.fingerprint}|5.80`, openedAt: 9_000_000, status: 'INHIBITED' });
        const episodes = reverse ? [second, resolved] : [resolved, second];
        expect(await store.commit(aCommit({ from: 3, to: 4, episodes }))).toMatchObject({ kind: 'committed' });
        expect(await store.readEpisodes({ partition: 5, fingerprints: [first.fingerprint] })).toEqual([second]);
      }
    });

    it('rejects a second unresolved episode of a fingerprint, and a version that is not newer', async () => {
      const store = await open();
      await store.startFence(5);
      const first = anAlert();
      await store.commit(aCommit({ episodes: [first] }));
      await expect(store.commit(aCommit({ from: 3, to: 4, episodes: [anAlert({ id: 'another' })] }))).rejects.toThrow();
      await expect(store.commit(aCommit({ from: 3, to: 4, episodes: [first] }))).rejects.toThrow();
      expect(await store.readFence(5)).toMatchObject({ nextOffset: 3 });
    });

    it('moves the published position along with steps that owe nothing, and never back', async () => {
      const store = await open();
      await store.startFence(5);
      expect(await store.commit(aCommit({}))).toEqual({ kind: 'committed', alertsOffset: 3 });
      expect(await store.commit(aCommit({ from: 3, to: 5, outcomes: [{ offset: 4, alerts: [anAlert()] }] }))).toEqual({ kind: 'committed', alertsOffset: 3 });
      expect(await store.commit(aCommit({ from: 5, to: 6 }))).toEqual({ kind: 'committed', alertsOffset: 3 });
      await store.advancePublished(5, 6);
      await store.advancePublished(5, 4);
      expect(await store.readFence(5)).toMatchObject({ nextOffset: 6, alertsOffset: 6 });
    });

    it('knows the number of the last alert before an offset', async () => {
      const store = await open();
      await store.startFence(5);
      await store.commit(aCommit({ outcomes: [{ offset: 1, alerts: [anAlert(), anAlert()] }] }));
      expect(await store.readNumberBefore(5, 1)).toBeNull();
      expect(await store.readNumberBefore(5, 2)).toEqual([1, 1]);
      expect(await store.readNumberBefore(6, 2)).toBeNull();
    });
  });
}

/** Partition 5 from 0 to 3, but for what the test states. */
const aCommit = (stated: Partial<AlertsCommit>): AlertsCommit => ({ partition: 5, from: 0, to: 3, last: [7, 1], episodes: [], outcomes: [], ...stated });

const anAlert = (stated: Partial<Alert> = {}): Alert => ({
  id: 'LOW_STOCK|DC-1|10002|5.7',
  fingerprint: 'LOW_STOCK|DC-1|10002',
  kind: 'LOW_STOCK',
  severity: 'WARNING',
  status: 'OPEN',
  title: '10002 low at DC-1: 37 left, reorder at 40',
  explanation: 'Position 37 = 45 sellable − 8 reserved.',
  evidence: { observed: 37, threshold: 40 },
  location: 'DC-1',
  sku: '10002',
  openedAt: 1_000,
  lastSeenAt: 1_000,
  occurrences: 1,
  detectionMs: 12,
  resolvedAt: null,
  resolution: null,
  causedBy: [{ source: '/wms/dc-1', id: 'ship-981' }],
  version: 1,
  ...stated,
});
