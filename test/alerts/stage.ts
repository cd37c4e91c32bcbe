import {
  compareNumbers,
  decodeNumbered,
  emptyLevel,
  encodeNumbered,
  partitionOf,
  type Alert,
  type AlertCommand,
  type Cause,
  type Change,
  type ChangeNumber,
  type Level,
  type OrderSummary,
} from '@quayside/contracts';
import { followTopic, Publisher, type LogSettings } from '@quayside/kafka';
import { Ground } from '../harness/ground.js';

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
export const LOCATION = 'DC-1';
export const PARTITION = partitionOf(LOCATION);

/** Alerting's surroundings: writes `supply.changes` as inventory would and `supply.commands` as the gateway would, receives `supply.alerts`. */
export class Stage {
  /** Newest version of each episode, as a receiver has it. */
  readonly received = new Map<string, Alert>();
  /** Each version once, by their numbers. */
  readonly versions: string[] = [];
  readonly faults: string[] = [];
  private last: ChangeNumber | null = null;
  private lastAlert: ChangeNumber | null = null;
  private offset = 100;
  private commands = 0;

  private constructor(
    readonly ground: Ground,
    private readonly publisher: Publisher,
    private following: { close(): Promise<void> },
  ) {}

  static async open(name: string): Promise<Stage> {
    const ground = await Ground.make(name);
    const settings = { brokers: [ground.stack.kafka], prefix: ground.topicPrefix, clientId: 'test-stage', logger: SILENT };
    const publisher = new Publisher(settings, () => {});
    await publisher.connect();
    const stage = new Stage(ground, publisher, { close: async () => {} });
    await stage.follow(settings);
    return stage;
  }

  async changeLevel({ cause, ...level }: Partial<Level> & { readonly sku: string; readonly cause?: Partial<Cause> }): Promise<number> {
    const updatedAt = Date.now();
    const whole = { ...emptyLevel(LOCATION, level.sku), version: this.offset, updatedAt, ...level };
    return this.change({ kind: 'level', level: whole, cause: this.cause({ name: 'stock.shipped', ...cause }, whole.updatedAt) });
  }

  async changeOrder({ cause, ...order }: Partial<OrderSummary> & { readonly number: string; readonly cause?: Partial<Cause> }): Promise<number> {
    const updatedAt = Date.now();
    const whole: OrderSummary = {
      location: LOCATION,
      source: '/shop',
      customer: null,
      shipTo: null,
      priority: 0,
      policy: 'BACKORDER',
      placedAt: updatedAt,
      promisedShipBy: null,
      promisedDeliverBy: null,
      isHeld: false,
      stage: 'RESERVED',
      lineCount: 1,
      ordered: 5,
      cancelled: 0,
      rejected: 0,
      backordered: 0,
      reserved: 5,
      shipped: 0,
      overshipped: 0,
      returned: 0,
      open: 0,
      version: this.offset,
      updatedAt,
      ...order,
    };
    return this.change({ kind: 'order', order: whole, cause: this.cause({ name: 'order.placed', ...cause }, whole.updatedAt) });
  }

  async command(command: Partial<AlertCommand> & Pick<AlertCommand, 'kind' | 'alertId'>): Promise<string> {
    const id = command.id ?? `command-${++this.commands}`;
    await this.commandRaw(JSON.stringify({ v: 1, by: 'user:ann', at: Date.now(), ...command, id }));
    return id;
  }
  commandRaw(value: string): Promise<void> {
    return this.publisher.publish('commands', [{ partition: PARTITION, value }]);
  }

  /** The newest episode of a fingerprint as it is stored. */
  async stored(fingerprint: string): Promise<Record<string, unknown> | null> {
    const { rows } = await this.ground.postgres.query<Record<string, unknown>>(
      'SELECT * FROM alert_episode WHERE fingerprint = $1 ORDER BY opened_at DESC LIMIT 1',
      [fingerprint],
    );
    return rows[0] ?? null;
  }
  async statusOf(fingerprint: string): Promise<string | null> {
    const episode = await this.stored(fingerprint);
    return episode === null ? null : `${String(episode['status'])} ${String(episode['version'])}`;
  }

  async close(): Promise<void> {
    await this.following.close();
    await this.publisher.close();
    await this.ground.close();
  }

  private async change(change: Change): Promise<number> {
    const offset = this.offset++;
    const value = encodeNumbered({ v: 1, after: this.last, items: [{ at: [offset, 0], what: change }] });
    await this.publisher.publish('changes', [{ partition: PARTITION, value }]);
    this.last = [offset, 0];
    return offset;
  }

  private cause(stated: Partial<Cause> & Pick<Cause, 'name'>, at: number): Cause {
    return { source: '/test', id: `event-${this.offset}`, occurredAt: at, receivedAt: at, ...stated };
  }

  private async follow(settings: LogSettings): Promise<void> {
    this.following = await followTopic(settings, {
      role: 'alerts',
      backRecords: 10_000,
      onRecords: (partition, records) => {
        if (partition !== PARTITION) return;
        for (const { value } of records) this.receive(value);
      },
      onState: () => {},
    });
  }

  private receive(value: Uint8Array | null): void {
    const { after, items } = decodeNumbered<Alert>(value);
    if (after !== null && (this.lastAlert === null || compareNumbers(after, this.lastAlert) > 0)) this.faults.push(`a gap before ${after.join('.')}`);
    for (const { at, what } of items) {
      if (this.lastAlert !== null && compareNumbers(at, this.lastAlert) <= 0) continue;
      this.lastAlert = at;
      this.received.set(what.id, what);
      this.versions.push(`${what.kind} ${what.status} ${what.version}`);
    }
  }
}
