import type { EventIdentity, Instant, LevelChange, OrderChange } from '@quayside/contracts';

/** A time at which something has to be looked at again; at most one of each fingerprint. */
export interface AlertTimer {
  /** Of the episode that it may open; of a snooze, `snoozeKeyOf` of it. */
  readonly fingerprint: string;
  readonly dueAt: Instant;
  readonly content: TimerContent;
}

/**
 * What is needed when it is due. `change` is the newest of its subject; `first` the event that set the timer, and `origin`
 * its offset in `supply.events`: the tail of the episode's id.
 */
export type TimerContent =
  | { readonly kind: 'negative'; readonly origin: number; readonly first: EventIdentity; readonly change: LevelChange }
  | { readonly kind: 'orderLate'; readonly origin: number; readonly first: EventIdentity; readonly change: OrderChange }
  | { readonly kind: 'snooze'; readonly alertId: string }
  /** A person has resolved the episode while its cause lasts: nothing opens before the cause has gone. Never due. */
  | { readonly kind: 'untilCleared'; readonly alertId: string };

/** When a timer is due that only waits for something else. */
export const NEVER: Instant = Number.MAX_SAFE_INTEGER;

/** A snooze stands beside what its episode's own fingerprint may wait for. */
export const snoozeKeyOf = (fingerprint: string): string => `SNOOZE|${fingerprint}`;

export const encodeTimerContent = (content: TimerContent): string => JSON.stringify(content);
/** Only alerting writes timers, so their words are ours. */
export const decodeTimerContent = (text: string): TimerContent => JSON.parse(text) as TimerContent;
