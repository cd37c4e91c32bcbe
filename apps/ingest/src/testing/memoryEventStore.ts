import type { Level } from '@quayside/contracts';
import type { AskedEvent, EventStatus, KnownEvent } from '@quayside/store';
import type { EventStore } from '../eventStore.js';

/** Working twin of Postgres for tests: what was applied, and the levels; can be away, dead silent, or asked what it does not understand. */
export class MemoryEventStore implements EventStore {
  readonly events: (AskedEvent & EventStatus)[] = [];
  readonly levels: Level[] = [];
  fault: 'AWAY' | 'SILENT' | 'BUG' | null = null;

  async readStatus({ source, id }: AskedEvent): Promise<EventStatus[]> {
    await this.answer();
    return this.events.filter((event) => event.source === source && event.id === id).map(({ source: _source, id: _id, ...status }) => status);
  }

  async readKnown(events: readonly AskedEvent[]): Promise<KnownEvent[]> {
    await this.answer();
    const found = this.events.filter((known) => events.some((event) => event.source === known.source && event.id === known.id));
    return found.map(({ partition, source, id, hash }) => ({ partition, source, id, hash: hash === '' ? null : hash }));
  }

  async readLevels(keys: readonly { readonly location: string; readonly sku: string }[]): Promise<Level[]> {
    await this.answer();
    return this.levels.filter((level) => keys.some((key) => key.location === level.location && key.sku === level.sku));
  }

  private async answer(): Promise<void> {
    if (this.fault === 'AWAY') throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    if (this.fault === 'BUG') throw Object.assign(new Error('column "x" does not exist'), { code: '42703' });
    if (this.fault === 'SILENT') await new Promise(() => undefined);
  }
}
