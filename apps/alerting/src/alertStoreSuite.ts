import { describe, expect, it } from '@jest/globals';
import type { Alert } from '@quayside/contracts';
import type { AlertFence, AlertsCommit, StoredTimer } from '@quayside/store';
import type { AlertStore } from './alertingPorts.js';

/** What alerting relies on in its store: run against the twin in memory and against Postgres. `open` gives an empty one. */
export function describeAlertStore(name: string, open: () => Promise<AlertStore>): void {
  const started = async (): Promise<AlertStore> => {
    const store = await open();
    await store.startFence(5);
    return store;
  };

  describe(`${name} as alerting's store`, () => {
    it('has no fence before alerting started, and one at 0 after', async () => {
      const store = await open();
      expect(await store.readFence(5)).toBeNull();
      expect(await store.startFence(5)).toEqual(AT_0);
      expect(await store.startFence(5)).toEqual(AT_0);
    });

    it('stores a step whole, and gives back what was stored', async () => {
      const store = await started();
      const alert = anAlert();
      const fence = { nextOffset: 3, last: [7, 1], commandsOffset: 0, outboxNext: 1, alertsOffset: 0 };
      expect(await store.commit(aCommit({ versions: [alert], episodes: [alert] }))).toEqual({ kind: 'committed', fence });
      expect(await store.readFence(5)).toEqual(fence);
      expect(await store.readEpisodes({ partition: 5, fingerprints: [alert.fingerprint, 'LOW_STOCK|DC-1|none'] })).toEqual([alert]);
      expect(await store.readEpisodes({ partition: 6, fingerprints: [alert.fingerprint] })).toEqual([]);
      expect(await store.readOutcomes({ partition: 5, from: 0, to: 3 })).toEqual({ outcomes: [{ offset: 0, alerts: [alert] }], upTo: 3 });
    });

    it('stores everything that an episode can say, and every new version of it', async () => {
      const store = await started();
      const first = anAlert({ location: null, sku: null });
      const fence = await commit(store, aCommit({ versions: [first], episodes: [first] }));
      const second: Alert = {
        ...first,
        severity: 'CRITICAL',
        status: 'RESOLVED',
        title: 'another title',
        explanation: 'another explanation',
        evidence: { observed: 1, threshold: 2, more: 3 },
        atRisk: [{ order: 'SO-1', reservation: null, line: 2, quantity: 5, promisedShipBy: 9 }],
        lastSeenAt: 5_000,
        occurrences: 7,
        detectionMs: 99,
        acknowledgedAt: 4_000,
        acknowledgedBy: 'user:ann',
        snoozedUntil: 6_000,
        resolvedAt: 7_000,
        resolvedBy: 'user:bob',
        resolution: 'BY_HAND',
        comments: [{ id: 'c', at: 4_000, by: 'user:ann', text: 'on it' }],
        causedBy: [{ source: '/a', id: 'b' }],
        version: 2,
      };
      await commit(store, aCommit({ from: fence, nextOffset: 4, versions: [second], episodes: [second] }));
      expect(await store.readEpisodes({ partition: 5, fingerprints: [first.fingerprint] })).toEqual([second]);
    });

    it('numbers what is told by commits: only those that tell something are counted', async () => {
      const store = await started();
      const silent = await commit(store, aCommit({}));
      const telling = await commit(store, aCommit({ from: silent, nextOffset: 9, versions: [anAlert(), anAlert()], episodes: [anAlert()] }));
      expect([silent.outboxNext, telling.outboxNext]).toEqual([0, 1]);
      expect(await store.readNumberBefore(5, 0)).toBeNull();
      expect(await store.readNumberBefore(5, 1)).toEqual([0, 1]);
      expect(await store.readNumberBefore(6, 2)).toBeNull();
    });

    it.each<[string, Partial<AlertsCommit>]>([
      ['the changes were taken on', { nextOffset: 3 }],
      ['a command was obeyed', { nextOffset: 0, last: null, commandsOffset: 4 }],
      ['something was told', { nextOffset: 0, last: null, versions: [anAlert()], episodes: [anAlert()] }],
    ])('refuses a step that was decided before %s, and writes nothing of it', async (_title, meanwhile) => {
      const store = await started();
      const fence = await commit(store, aCommit(meanwhile));
      const other = anAlert({ id: 'another', fingerprint: 'another' });
      const timers = { set: [{ fingerprint: 'x', dueAt: 1, content: '{}' }], cleared: [] };
      expect(await store.commit(aCommit({ nextOffset: 9, episodes: [other], versions: [other], timers }))).toEqual({ kind: 'refused' });
      expect(await store.readFence(5)).toEqual(fence);
      expect(await store.readEpisodes({ partition: 5, fingerprints: ['another'] })).toEqual([]);
      expect(await store.readNextDue(5)).toBeNull();
      expect((await store.readOutcomes({ partition: 5, from: fence.outboxNext, to: 9 })).outcomes).toEqual([]);
    });

    it('refuses a step of a partition that was never started', async () => {
      expect(await (await open()).commit(aCommit({}))).toEqual({ kind: 'refused' });
    });

    it('takes one episode resolved and the next one opened in the same step, in either order, and reads the newer', async () => {
      for (const reverse of [false, true]) {
        const store = await started();
        const first = anAlert();
        const fence = await commit(store, aCommit({ episodes: [first] }));
        const resolved = anAlert({ status: 'RESOLVED', resolvedAt: 1_500, resolution: 'BY_ITSELF', version: 2 });
        const second = anAlert({ id: `${first.fingerprint}|5.80`, openedAt: 9_000_000, status: 'INHIBITED' });
        const episodes = reverse ? [second, resolved] : [resolved, second];
        await commit(store, aCommit({ from: fence, nextOffset: 4, episodes }));
        expect(await store.readEpisodes({ partition: 5, fingerprints: [first.fingerprint] })).toEqual([second]);
      }
    });

    it('rejects a second unresolved episode of a fingerprint, and a version that is not newer', async () => {
      const store = await started();
      const first = anAlert();
      const from = await commit(store, aCommit({ episodes: [first] }));
      await expect(store.commit(aCommit({ from, nextOffset: 4, episodes: [anAlert({ id: 'another' })] }))).rejects.toThrow();
      await expect(store.commit(aCommit({ from, nextOffset: 4, episodes: [first] }))).rejects.toThrow();
      expect(await store.readFence(5)).toEqual(from);
    });

    it('never moves the published position back', async () => {
      const store = await started();
      await commit(store, aCommit({ versions: [anAlert()], episodes: [anAlert()] }));
      await store.advancePublished(5, 1);
      await store.advancePublished(5, 0);
      expect(await store.readFence(5)).toMatchObject({ outboxNext: 1, alertsOffset: 1 });
    });

    it('keeps timers with the step that sets, moves or clears them, and gives those that are due, first due first', async () => {
      const store = await started();
      const timer = (fingerprint: string, dueAt: number): StoredTimer => ({ fingerprint, dueAt, content: JSON.stringify({ of: fingerprint, dueAt }) });
      expect(await store.readNextDue(5)).toBeNull();
      const from = await commit(store, aCommit({ timers: { set: [timer('a', 30), timer('b', 20), timer('c', 10)], cleared: [] } }));
      await commit(store, aCommit({ from, nextOffset: 4, timers: { set: [timer('a', 15)], cleared: ['c', 'never set'] } }));
      expect(await store.readNextDue(5)).toBe(15);
      expect(await store.readNextDue(6)).toBeNull();
      expect(await store.readDue(5, 14)).toEqual([]);
      expect(await store.readDue(5, 20)).toEqual([timer('a', 15), timer('b', 20)]);
      expect(await store.readTimers({ partition: 5, fingerprints: ['b', 'c'] })).toEqual([timer('b', 20)]);
      expect(await store.readTimers({ partition: 6, fingerprints: ['b'] })).toEqual([]);
    });

    it('takes a notification that it has as told', async () => {
      const store = await started();
      const notification = { id: 'msg_1', alertId: 'x', target: 'ops', payload: '{}', createdAt: 5 };
      const from = await commit(store, aCommit({ notifications: [notification] }));
      expect(await store.commit(aCommit({ from, nextOffset: 4, notifications: [notification] }))).toMatchObject({ kind: 'committed' });
    });
  });
}

const AT_0: AlertFence = { nextOffset: 0, last: null, commandsOffset: 0, outboxNext: 0, alertsOffset: 0 };

async function commit(store: AlertStore, step: AlertsCommit): Promise<AlertFence> {
  const answer = await store.commit(step);
  if (answer.kind === 'refused') throw new Error('The step was refused');
  return answer.fence;
}

/** Partition 5 from its start to 3, but for what the test states. */
const aCommit = (stated: Partial<AlertsCommit>): AlertsCommit => ({
  partition: 5,
  from: AT_0,
  nextOffset: 3,
  last: [7, 1],
  commandsOffset: 0,
  episodes: [],
  versions: [],
  timers: { set: [], cleared: [] },
  notifications: [],
  ...stated,
});

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
  order: null,
  atRisk: [],
  openedAt: 1_000,
  lastSeenAt: 1_000,
  occurrences: 1,
  detectionMs: 12,
  acknowledgedAt: null,
  acknowledgedBy: null,
  snoozedUntil: null,
  resolvedAt: null,
  resolvedBy: null,
  resolution: null,
  comments: [],
  causedBy: [{ source: '/wms/dc-1', id: 'ship-981' }],
  version: 1,
  ...stated,
});
