import { describe, expect, it } from '@jest/globals';
import { decodeEventRecord, partitionOf } from '@quayside/contracts';
import type { Viewer } from '@quayside/service';
import { aLevel } from '../feeds/aLevel.js';
import { encodeNodeId } from '../nodeId.js';
import { OutcomeWaits } from './outcomeWaits.js';
import { PolicyCommand } from './policyCommand.js';
import { COMMAND_SOURCE } from './policyRecord.js';
import { readStockPolicy } from './readStockPolicy.js';

const visible = { kind: 'some', locations: ['DC-1'] } as const;
const input = { item: { sku: '10002' }, location: { code: 'DC-1' }, reorderPoint: 40 };
const faults = (given: Readonly<Record<string, unknown>>) => {
  const read = readStockPolicy(given, visible);
  return read.kind === 'refused' ? read.userErrors.map(({ code, field }) => `${code} ${field?.join('.')}`) : [];
};

describe('the input of setStockPolicy', () => {
  it('keeps what is absent apart from what is taken away', () => {
    expect(readStockPolicy(input, visible)).toEqual({ kind: 'policy', policy: { location: 'DC-1', sku: '10002', reorderPoint: 40 } });
    expect(readStockPolicy({ ...input, reorderPoint: null, safetyStock: 0 }, visible)).toEqual({
      kind: 'policy',
      policy: { location: 'DC-1', sku: '10002', reorderPoint: null, safetyStock: 0 },
    });
  });

  it('takes ids in place of natural keys', () => {
    const byId = { ...input, item: { id: encodeNodeId({ kind: 'item', sku: '10002' }) }, location: { id: encodeNodeId({ kind: 'location', code: 'DC-1' }) } };
    expect(readStockPolicy(byId, visible)).toEqual(readStockPolicy(input, visible));
  });

  it.each([
    ['a location that the viewer may not see', { ...input, location: { code: 'DC-2' } }, ['NOT_FOUND input.location']],
    ['an id of something else', { ...input, item: { id: encodeNodeId({ kind: 'location', code: 'DC-1' }) } }, ['NOT_FOUND input.item']],
    ['a blank sku', { ...input, item: { sku: '  ' } }, ['BLANK input.item']],
    ['a sku of 257 characters', { ...input, item: { sku: 'x'.repeat(257) } }, ['TOO_LONG input.item']],
    ['a control character', { ...input, item: { sku: 'a\u0000b' } }, ['INVALID input.item']],
    ['half a character', { ...input, item: { sku: 'a\ud800' } }, ['INVALID input.item']],
    ['a negative reorder point', { ...input, reorderPoint: -1 }, ['INVALID input.reorderPoint']],
    ['a value beyond what a line may carry', { ...input, safetyStock: 1_000_000_001 }, ['INVALID input.safetyStock']],
    ['nothing to set', { item: input.item, location: input.location }, ['BLANK input']],
    [
      'several faults, told together',
      { item: { sku: '' }, location: { code: 'DC-2' }, reorderPoint: -1 },
      ['BLANK input.item', 'INVALID input.reorderPoint', 'NOT_FOUND input.location'],
    ],
  ])('is refused with %s', (_name, given, expected) => {
    expect(faults(given)).toEqual(expected);
  });
});

const viewer: Viewer = { id: 'olga', name: 'Olga', roles: ['OPERATE'], locations: ['DC-1'], expiresAt: Infinity };
const policy = { location: 'DC-1', sku: '10002', reorderPoint: 40 };

describe('setting a policy', () => {
  it('appends one record, owned by its location, and answers with the level that inventory makes of it', async () => {
    const waits = new OutcomeWaits();
    const appended: unknown[] = [];
    const level = aLevel({ reorderPoint: 40, version: 2 });
    const publish = async (role: string, records: readonly { partition: number; key?: string; value: string }[]): Promise<void> => {
      for (const { partition, key, value } of records) appended.push({ role, partition, key, event: decodeEventRecord(Buffer.from(value)).event });
      waits.see('id1', level);
    };
    const command = new PolicyCommand({ publisher: { publish }, waits, showHead: () => 'head', makeId: () => 'id1', now: () => 1_795_000_000_000 });
    expect(await command.run(policy, viewer)).toEqual({ level, streamCursor: 'head', userErrors: [] });
    expect(appended).toEqual([
      {
        role: 'events',
        partition: partitionOf('DC-1'),
        key: 'DC-1',
        event: {
          name: 'policy.set',
          source: COMMAND_SOURCE,
          id: 'id1',
          sequence: 0,
          occurredAt: 1_795_000_000_000,
          location: 'DC-1',
          sku: '10002',
          reorderPoint: 40,
          actor: 'olga',
        },
      },
    ]);
  });

  it('is refused as UNAVAILABLE when the log does not take the record, and nobody waits on', async () => {
    const waits = new OutcomeWaits();
    const publish = () => Promise.reject(Object.assign(new Error('no broker'), { code: 'LOG_UNAVAILABLE' }));
    const command = new PolicyCommand({ publisher: { publish }, waits, showHead: () => 'head', makeId: () => 'id1', now: () => 0 });
    await expect(command.run(policy, viewer)).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
  });

  it('is undecided, not wrong, when no outcome comes in time', async () => {
    const waits = new OutcomeWaits();
    await expect(waits.await('id1', 5).outcome).resolves.toBeNull();
    waits.see('id1', aLevel()); // too late: nobody minds
  });
});
