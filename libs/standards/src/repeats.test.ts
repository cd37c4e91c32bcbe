import { describe, expect, it } from '@jest/globals';
import { admit, type AdmittedItem } from './admission.js';
import { EXAMPLE_EVENTS } from './exampleEvents.js';
import { settleRepeats } from './repeats.js';

const event = EXAMPLE_EVENTS['stock.shipped'];
const other = { ...event, data: { ...event.data, lines: [{ sku: '10002', quantity: 4 }] } };

function admitted(...events: object[]): readonly AdmittedItem[] {
  const admission = admit({ body: Buffer.from(JSON.stringify(events)), format: 'batch', headers: {}, receivedAt: 0, sender: 'k' });
  return admission.kind === 'read' ? admission.items : [];
}
const hashOf = (item: AdmittedItem | undefined): string => (item?.kind === 'accepted' ? item.envelope.hash : '');
const verdicts = (items: readonly { kind: string; refusal?: { code: string } }[]): string[] => items.map((item) => item.refusal?.code ?? item.kind);

describe('settleRepeats', () => {
  it('accepts what nobody knows', () => {
    expect(verdicts(settleRepeats(admitted(event, { ...event, id: 'b' }), () => undefined))).toEqual(['accepted', 'accepted']);
  });

  it('calls the same content in one request a repeat, and other content a conflict of the later one only', () => {
    expect(verdicts(settleRepeats(admitted(event, event, other), () => undefined))).toEqual(['accepted', 'repeated', 'id-conflict']);
  });

  it('compares with what the door remembers', () => {
    const known = hashOf(admitted(event)[0]);
    expect(verdicts(settleRepeats(admitted(event, other), () => known))).toEqual(['repeated', 'id-conflict']);
  });

  it('keeps one id of two sources apart', () => {
    expect(verdicts(settleRepeats(admitted(event, { ...other, source: '/wms/dc-2' }), () => undefined))).toEqual(['accepted', 'accepted']);
  });

  it('leaves refused events as they are', () => {
    expect(verdicts(settleRepeats(admitted({ ...event, id: '' }, event), () => undefined))).toEqual(['empty', 'accepted']);
  });
});
