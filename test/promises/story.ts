import { encodeEnvelope, decodeEventRecord, levelKey, wireType, type EventName, type Level, type Order, type OrderLine } from '@quayside/contracts';
import { MemoryState } from '@quayside/stock';

const START = Date.parse('2026-11-22T08:00:00Z');
const MINUTE = 60_000;

/** What happens at one location, told event by event, a minute apart, to the rules alone. */
export class Story {
  private readonly state = new MemoryState();
  private told = 0;

  constructor(readonly location: string) {}

  /** Returns the verdict, where the event is one that gets one. */
  tell(name: EventName, data: Readonly<Record<string, unknown>>): string | null {
    const offset = this.told++;
    const at = START + offset * MINUTE;
    const record = decodeEventRecord(
      new TextEncoder().encode(
        encodeEnvelope({
          v: 1,
          occurredAt: at,
          receivedAt: at,
          hash: String(offset),
          sender: 'test',
          event: { specversion: '1.0', id: `event-${offset}`, source: '/test', type: wireType(name), data: { location: this.location, ...data } },
        }),
      ),
    );
    const { event } = record;
    if (event.name === 'quarantine.released' || event.name === 'quarantine.dismissed') throw new Error(`${event.name} is no event that the rules fold`);
    const [result] = this.state.take([{ ...record, event, at: { offset, appendedAt: at, recordedAt: at } }]);
    if (result?.kind !== 'applied') throw new Error(`Event ${offset}, ${name}, was not applied but ${JSON.stringify(result)}`);
    const last = result.outcome.changes.at(-1);
    return last?.kind === 'decision' ? last.verdict : null;
  }

  level(sku: string): Level {
    return found(this.state.levels.get(levelKey(this.location, sku)), `level of ${sku}`);
  }
  order(number: string): Order {
    return found(this.state.orders.get(`${this.location}\t${number}`), `order ${number}`);
  }
  /** An order's first line. */
  line(number: string): OrderLine {
    return found(this.order(number).lines[0], `line of order ${number}`);
  }
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`There is no ${what}`);
  return value;
}
