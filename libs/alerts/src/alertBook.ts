import type { Alert } from '@quayside/contracts';
import type { AlertTimer } from './alertTimer.js';

/** What there is of one fingerprint: its newest episode (the unresolved one, else the one resolved last), and its timer. */
export interface Standing {
  readonly newest: Alert | null;
  readonly timer: AlertTimer | null;
}
export const NOTHING_STANDS: Standing = { newest: null, timer: null };

/** By fingerprint; absent where there is nothing. */
export type Known = ReadonlyMap<string, Standing>;

/** What a stretch of changes, timers or commands did: to be stored together, or not at all. */
export interface AlertsFold {
  /** Last version of each episode that changed, in order of first change. */
  readonly changed: readonly Alert[];
  /** Every new version, in order; an inhibitor stands before what it holds down. */
  readonly versions: readonly Alert[];
  /** `known` after it, of what was touched. */
  readonly standings: Known;
  /** Timers that were set, or (null) taken away, by fingerprint. */
  readonly timers: ReadonlyMap<string, AlertTimer | null>;
  /** Versions with which an episode began to fire, for the first time or again, and those with which one resolved. */
  readonly opened: readonly Alert[];
  readonly resolved: readonly Alert[];
  /** Versions with which an episode came to be OPEN: the moment to tell somebody. */
  readonly surfaced: readonly Alert[];
}

export const isUnresolved = (episode: Alert | null): episode is Alert => episode !== null && episode.status !== 'RESOLVED';

/** Takes down what happens to episodes and timers while a stretch is folded. */
export class AlertBook {
  private readonly standings = new Map<string, Standing>();
  private readonly changed = new Map<string, Alert>();
  private readonly timers = new Map<string, AlertTimer | null>();
  private readonly versions: Alert[] = [];
  private readonly opened: Alert[] = [];
  private readonly resolved: Alert[] = [];
  private readonly surfaced: Alert[] = [];

  constructor(private readonly known: Known) {}

  of(fingerprint: string): Standing {
    return this.standings.get(fingerprint) ?? this.known.get(fingerprint) ?? NOTHING_STANDS;
  }

  write(alert: Alert): void {
    const { newest, timer } = this.of(alert.fingerprint);
    if (!isUnresolved(newest) && isUnresolved(alert)) this.opened.push(alert);
    if (alert.status === 'RESOLVED') this.resolved.push(alert);
    if (alert.status === 'OPEN' && (newest?.id !== alert.id || newest.status !== 'OPEN')) this.surfaced.push(alert);
    this.standings.set(alert.fingerprint, { newest: alert, timer });
    this.changed.set(alert.id, alert);
    this.versions.push(alert);
  }

  setTimer(timer: AlertTimer): void {
    this.putTimer(timer.fingerprint, timer);
  }

  clearTimer(fingerprint: string): void {
    if (this.of(fingerprint).timer !== null) this.putTimer(fingerprint, null);
  }

  /** Of a timer that is not among `known`, a snooze: taken away unseen. */
  dropTimer(fingerprint: string): void {
    this.putTimer(fingerprint, null);
  }

  close(): AlertsFold {
    const { versions, standings, timers, opened, resolved, surfaced } = this;
    return { changed: [...this.changed.values()], versions, standings, timers, opened, resolved, surfaced };
  }

  private putTimer(fingerprint: string, timer: AlertTimer | null): void {
    this.standings.set(fingerprint, { ...this.of(fingerprint), timer });
    this.timers.set(fingerprint, timer);
  }
}
