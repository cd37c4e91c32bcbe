import { describe, expect, it } from '@jest/globals';
import { admit } from '@quayside/standards';
import { buildNetwork } from '@quayside/tools/demo/network.mjs';
import { createTraffic } from '@quayside/tools/demo/traffic.mjs';

interface DemoEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly data: { readonly location: string };
}

const START = Date.parse('2026-11-25T08:00:00Z');
const { shelves, openingEvents } = buildNetwork();
const tell = (seed: number, minutes: number, eventsPerSecond = 50) => {
  const traffic = createTraffic({ shelves, seed, run: 'test', startsAt: START, eventsPerSecond });
  const events: DemoEvent[] = traffic.eventsUntil(START + minutes * 60_000, { atMost: 1_000_000 });
  return { traffic, events };
};
const countOf = (events: readonly DemoEvent[], name: string): number => events.filter(({ type }) => type === `quayside.${name}.v1`).length;

describe('the demo', () => {
  it('tells the same story again for the same seed, and another for another', () => {
    expect(tell(7, 2).events).toEqual(tell(7, 2).events);
    expect(tell(7, 2).events).not.toEqual(tell(8, 2).events);
  });

  it('sends only what the door takes', () => {
    const { events } = tell(1, 3);
    const refused = [];
    for (let from = 0; from < events.length + openingEvents.length; from += 500) {
      const batch = [...openingEvents, ...events].slice(from, from + 500);
      const admission = admit({
        body: new TextEncoder().encode(JSON.stringify(batch)),
        format: 'batch',
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        receivedAt: START + 180_000,
        sender: 'demo',
      });
      if (admission.kind === 'refused') refused.push(admission.refusal);
      else refused.push(...admission.items.filter(({ kind }) => kind === 'refused'));
    }
    expect(refused).toEqual([]);
    expect(events.length).toBeGreaterThan(6_000);
  });

  it('shows every kind of thing that happens in the first minute', () => {
    const { events } = tell(1, 1);
    const names = ['order.placed', 'order.held', 'order.cancelled', 'stock.shipped', 'stock.received', 'stock.returned', 'stock.adjusted', 'stock.counted'];
    expect(names.filter((name) => countOf(events, name) === 0)).toEqual([]);
    const ids = events.map(({ id }) => id);
    expect(new Set(ids).size).toBeLessThan(ids.length); // repeats, too
    expect(events.some(({ time }) => Date.parse(time) > START + 86_400_000)).toBe(true); // and a clock that is wrong
  });

  it('keeps its shelves and its open orders within bounds, hour after hour, at any speed', () => {
    for (const [speed, minutes] of [
      [50, 40],
      [5, 240],
      [200, 10],
    ] as const) {
      const { traffic } = tell(3, minutes, speed);
      expect(traffic.openOrderCount).toBeLessThan(500);
      expect(traffic.shelves.filter(({ onHand }: { onHand: number }) => onHand < 0)).toEqual([]);
      expect(traffic.shelves.filter(({ onHand, opening }: { onHand: number; opening: number }) => onHand > 3 * opening)).toEqual([]);
      expect(traffic.shelves.filter(({ onHand }: { onHand: number }) => onHand === 0).length).toBeLessThan(60);
    }
  });
});
