import { assertNever } from '@quayside/contracts';
import { NOWHERE } from '../feeds/streamCursor.js';
import type { Contents, Feed, View } from './feed.js';
import type { StreamOptions } from './streamOptions.js';
import type { Timers } from './timers.js';

/** Someone who gets batches: a subscription of one socket. */
export interface Reader {
  /** False while it has too much unread: it then costs a position, not a queue. */
  isReady(): boolean;
  send(payload: Buffer): void;
  /** The view cannot go on; the reader is no longer in the channel. */
  fail(cause: unknown): void;
}

/** Where a reader stands. */
export type Place =
  | { readonly kind: 'entering' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'paging'; readonly cursor: string; readonly page: string }
  | { readonly kind: 'following'; readonly cursor: string };

export interface ChannelParts {
  readonly feed: Feed;
  readonly view: View;
  readonly options: StreamOptions;
  readonly timers: Timers;
  /** Executes the document over one batch: the bytes that all readers share. */
  readonly render: (batch: Batch) => Promise<Buffer>;
  readonly onFault: (cause: unknown) => void;
  /** The last reader has left. */
  readonly onEmpty: () => void;
}
export interface Batch extends Contents {
  readonly kind: 'SNAPSHOT' | 'DELTA' | 'RESET';
  readonly cursor: string;
  readonly complete: boolean;
}

/** A reader that is not ready is looked at again after this, ms. */
const UNREADY_MS = 25;
/** After a step failed (a store is away) it is tried again after this, ms, and after so many tries its readers are told. */
const RETRY_MS = 1_000;
const TRIES_MAX = 10;

interface Seat {
  readonly reader: Reader;
  place: Place;
  sentAt: number;
  /** The feed's head when the seat was last brought up to it; its own cursor may be ahead (it came from another gateway). */
  sawHead: string | null;
}

/**
 * One live view for all who asked for the same (document, variables, scope). Each step is done once for all readers who
 * stand at the same place and are ready; slow ones stay behind and join a later, coalesced step.
 */
export class Channel {
  private readonly seats = new Map<Reader, Seat>();
  private callOff: (() => void) | null = null;
  private dueAt = Infinity;
  private steppedAt = -Infinity;
  private busy = false;
  private tries = 0;

  constructor(private readonly parts: ChannelParts) {}

  get size(): number {
    return this.seats.size;
  }

  join(reader: Reader, place: Place): void {
    this.seats.set(reader, { reader, place, sentAt: this.parts.timers.now(), sawHead: null });
    this.wakeIn(0);
  }

  leave(reader: Reader): void {
    if (!this.seats.delete(reader) || this.seats.size > 0) return;
    this.cancel();
    this.parts.onEmpty();
  }

  /** Something has changed: at once when the last step is longer ago than the window (its leading edge), else at its end. */
  poke(): void {
    this.wakeIn(this.steppedAt + this.parts.options.coalesceMs - this.parts.timers.now());
  }

  private wakeIn(delayMs: number): void {
    const { timers } = this.parts;
    const at = timers.now() + Math.max(0, delayMs);
    if (this.busy || this.seats.size === 0 || this.dueAt <= at) return;
    this.cancel();
    this.dueAt = at;
    this.callOff = timers.after(Math.max(0, delayMs), () => void this.step());
  }

  private cancel(): void {
    this.callOff?.();
    this.callOff = null;
    this.dueAt = Infinity;
  }

  private async step(): Promise<void> {
    this.callOff = null;
    this.dueAt = Infinity;
    this.busy = true;
    this.steppedAt = this.parts.timers.now();
    let failed = false;
    for (const group of this.groups()) failed = !(await this.advance(group)) || failed;
    this.tries = failed ? this.tries + 1 : 0;
    this.busy = false;
    this.wakeIn(failed ? RETRY_MS : this.nextStepMs());
  }

  /** Ready readers by place. */
  private groups(): Seat[][] {
    const groups = new Map<string, Seat[]>();
    for (const seat of this.seats.values()) {
      if (!seat.reader.isReady()) continue;
      const key = keyOf(seat.place);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [seat]);
      else group.push(seat);
    }
    return [...groups.values()];
  }

  private nextStepMs(): number {
    const { feed, options, timers } = this.parts;
    const now = timers.now();
    const head = feed.head();
    let delayMs = options.heartbeatMs;
    for (const { reader, place, sentAt, sawHead } of this.seats.values()) {
      const atHead = place.kind === 'following' && sawHead === head;
      const windowMs = place.kind === 'following' ? this.steppedAt + options.coalesceMs - now : 0;
      const wantsMs = atHead ? sentAt + options.heartbeatMs - now : windowMs;
      delayMs = Math.min(delayMs, reader.isReady() ? wantsMs : Math.max(wantsMs, UNREADY_MS));
    }
    return delayMs;
  }

  /** One step of all readers at one place; false when it failed and is to be tried again. */
  private async advance(group: readonly Seat[]): Promise<boolean> {
    const place = group[0]?.place;
    if (place === undefined) return true;
    try {
      await this.stepFrom(place, group);
      return true;
    } catch (cause) {
      this.parts.onFault(cause);
      if (this.tries < TRIES_MAX) return false;
      for (const seat of group) {
        this.leave(seat.reader);
        seat.reader.fail(cause);
      }
      return true;
    }
  }

  private async stepFrom(place: Place, group: readonly Seat[]): Promise<void> {
    switch (place.kind) {
      case 'entering':
        return this.readPage(group, this.parts.feed.head(), null);
      case 'paging':
        return this.readPage(group, place.cursor, place.page);
      case 'lost':
        return this.reset(group);
      case 'following':
        return this.follow(group, place.cursor);
      default:
        return assertNever(place);
    }
  }

  private async reset(group: readonly Seat[]): Promise<void> {
    const { feed, view } = this.parts;
    const cursor = feed.head();
    if (view.page === null) return this.sendAll(group, { ...view.nothing(), kind: 'RESET', cursor, complete: true }, { kind: 'following', cursor });
    return this.sendAll(group, { ...view.nothing(), kind: 'RESET', cursor: NOWHERE, complete: false }, { kind: 'entering' });
  }

  private async readPage(group: readonly Seat[], cursor: string, from: string | null): Promise<void> {
    const { page } = this.parts.view;
    if (page === null) throw new Error('A stream without pages was to begin with one');
    const { contents, next } = await page(from);
    const place: Place = next === null ? { kind: 'following', cursor } : { kind: 'paging', cursor, page: next };
    for (const seat of group) seat.sawHead = cursor;
    // Whoever resumes from half a snapshot has to start over: its cursor is one that is never retained.
    await this.sendAll(group, { ...contents, kind: 'SNAPSHOT', cursor: next === null ? cursor : NOWHERE, complete: next === null }, place);
  }

  private async follow(group: readonly Seat[], from: string): Promise<void> {
    const { feed, view, options, timers } = this.parts;
    if (!feed.isRetained(from)) {
      for (const seat of group) seat.place = { kind: 'lost' };
      return;
    }
    const sawHead = feed.head();
    const { contents, cursor, hasMore = false } = await view.since(from);
    const place: Place = { kind: 'following', cursor };
    for (const seat of group) seat.sawHead = hasMore ? null : sawHead;
    if (contents !== null) return this.sendAll(group, { ...contents, kind: 'DELTA', cursor, complete: true }, place);
    for (const seat of group) seat.place = place;
    const due = group.filter(({ sentAt }) => timers.now() - sentAt >= options.heartbeatMs);
    if (due.length > 0) await this.sendAll(due, { ...view.nothing(), kind: 'DELTA', cursor, complete: true }, place);
  }

  private async sendAll(group: readonly Seat[], batch: Batch, place: Place): Promise<void> {
    const payload = await this.parts.render(batch);
    const now = this.parts.timers.now();
    for (const seat of group) {
      if (this.seats.get(seat.reader) !== seat) continue; // it left meanwhile
      seat.place = place;
      seat.sentAt = now;
      seat.reader.send(payload);
    }
  }
}

function keyOf(place: Place): string {
  switch (place.kind) {
    case 'entering':
    case 'lost':
      return place.kind;
    case 'paging':
      return `${place.kind} ${place.cursor} ${place.page}`;
    case 'following':
      return `${place.kind} ${place.cursor}`;
    default:
      return assertNever(place);
  }
}
