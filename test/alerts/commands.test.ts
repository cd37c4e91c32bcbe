import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Crew } from '../harness/crew.js';
import { until } from '../harness/until.js';
import { LOCATION, PARTITION, Stage } from './stage.js';

describe('a record of supply.commands', () => {
  let stage: Stage;
  let crew: Crew;

  beforeAll(async () => {
    stage = await Stage.open('commands');
    crew = await Crew.start(stage.ground, ['alerting']);
  }, 120_000);
  afterAll(async () => {
    await crew?.close();
    await stage?.close();
  }, 60_000);

  /** Opens LOW_STOCK of a sku; returns its fingerprint and the episode's id. */
  async function openLow(sku: string): Promise<{ fingerprint: string; alertId: string }> {
    const fingerprint = `LOW_STOCK|${LOCATION}|${sku}`;
    const offset = await stage.changeLevel({ sku, sellable: 5, reorderPoint: 10 });
    await until('LOW_STOCK is open', 20_000, async () => (await stage.statusOf(fingerprint)) === 'OPEN 1');
    return { fingerprint, alertId: `${fingerprint}|${PARTITION}.${offset}` };
  }
  const become = (fingerprint: string, status: string, withinMs = 15_000): Promise<void> =>
    until(`${fingerprint} is ${status}`, withinMs, async () => (await stage.statusOf(fingerprint)) === status);

  it('acknowledges an episode, which is told, and stays so while the cause goes on', async () => {
    const { fingerprint, alertId } = await openLow('C-1');
    const id = await stage.command({ kind: 'acknowledge', alertId, comment: 'on it' });
    await become(fingerprint, 'ACKNOWLEDGED 2');
    expect(await stage.stored(fingerprint)).toMatchObject({ acknowledged_by: 'user:ann' });
    await stage.changeLevel({ sku: 'C-1', sellable: 4, reorderPoint: 10 });
    await become(fingerprint, 'ACKNOWLEDGED 3');
    await until('a receiver has it', 10_000, async () => stage.received.get(alertId)?.version === 3);
    expect(stage.received.get(alertId)).toMatchObject({ status: 'ACKNOWLEDGED', comments: [{ id, text: 'on it', by: 'user:ann' }] });
    expect(stage.faults).toEqual([]);
  }, 60_000);

  it('snoozes an episode until its time', async () => {
    const { fingerprint, alertId } = await openLow('C-2');
    await stage.command({ kind: 'snooze', alertId, until: Date.now() + 8_000 });
    await become(fingerprint, 'SNOOZED 2');
    await become(fingerprint, 'OPEN 3', 30_000);
  }, 60_000);

  it('resolves an episode by hand, for as long as the cause lasts', async () => {
    const { fingerprint, alertId } = await openLow('C-3');
    await stage.command({ kind: 'resolve', alertId, comment: 'counted: all is well' });
    await become(fingerprint, 'RESOLVED 2');
    expect(await stage.stored(fingerprint)).toMatchObject({ resolution: 'BY_HAND', resolved_by: 'user:ann' });
    await stage.changeLevel({ sku: 'C-3', sellable: 3, reorderPoint: 10 });
    await stage.changeLevel({ sku: 'C-3', sellable: 30, reorderPoint: 10 });
    const marker = await openLow('C-3-marker');
    expect([await stage.statusOf(marker.fingerprint), await stage.statusOf(fingerprint)]).toEqual(['OPEN 1', 'RESOLVED 2']);
    await stage.changeLevel({ sku: 'C-3', sellable: 2, reorderPoint: 10 });
    await become(fingerprint, 'OPEN 3');
  }, 60_000);

  it('that cannot be obeyed stops nothing, and is told in the log', async () => {
    await stage.commandRaw('no command');
    await stage.command({ kind: 'acknowledge', alertId: `LOW_STOCK|${LOCATION}|none|${PARTITION}.1` });
    const { fingerprint, alertId } = await openLow('C-4');
    await stage.command({ kind: 'acknowledge', alertId });
    await become(fingerprint, 'ACKNOWLEDGED 2');
    expect(crew.member('alerting').log()).toMatch(/there is no such episode[^\n]*a command had no effect/);
  }, 60_000);

  it('is obeyed once, though alerting is killed', async () => {
    const { fingerprint, alertId } = await openLow('C-5');
    const alerting = crew.member('alerting');
    const given = [0, 1, 2, 3, 4].map((index) => `once-${index}`);
    for (const id of given) {
      await stage.command({ kind: 'comment', alertId, id, comment: id });
      if (id === 'once-1' || id === 'once-3') {
        await alerting.end('SIGKILL');
        await alerting.start();
      }
    }
    await become(fingerprint, 'OPEN 6', 30_000);
    const comments = JSON.parse(String((await stage.stored(fingerprint))?.['comments'])) as { id: string }[];
    expect(comments.map(({ id }) => id)).toEqual(given);
    await until('a receiver has it', 10_000, async () => stage.received.get(alertId)?.version === 6);
    expect(stage.faults).toEqual([]);
  }, 120_000);
});
