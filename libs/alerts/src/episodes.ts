import {
  assertNever,
  type Alert,
  type AlertKind,
  type Cause,
  type Change,
  type ChangeNumber,
  type Instant,
  type LevelChange,
  type Numbered,
} from '@quayside/contracts';
import { pointTo } from './explain.js';
import { fingerprintOf } from './fingerprint.js';
import { judgeLowStock } from './lowStock.js';
import { judgeNegativeOnHand } from './negativeOnHand.js';
import type { Finding, Verdict } from './verdict.js';

/** Firing again within this time after it resolved keeps the episode (domain.md, "Alerts"). */
export const COOL_DOWN_MS = 30 * 60_000;

/** Events named by an episode: the one that opened it and the newest. More would let one alert outgrow its record in the log. */
const CAUSES_MAX = 2;

/** Largest `detectionMs`: a 32-bit integer in table and API. A processor that was down for a month shows this. */
const DETECTION_MS_MAX = 2 ** 31 - 1;

/** The newest episode of each fingerprint that has one: the unresolved one, else the one resolved last. */
export type Episodes = ReadonlyMap<string, Alert>;

/** What a stretch of changes did: to be stored together, or not at all. */
export interface AlertsFold {
  /** Last version of each episode that changed, in order of first change. */
  readonly changed: readonly Alert[];
  /** `known` after the last change. */
  readonly newest: Episodes;
  /** Versions with which an episode began to fire, for the first time or again, and those with which one resolved. */
  readonly opened: readonly Alert[];
  readonly resolved: readonly Alert[];
  /** One per input change, in its order: every new version it made; an inhibitor stands before what it holds down. */
  readonly outcomes: readonly { readonly at: ChangeNumber; readonly alerts: readonly Alert[] }[];
}

/**
 * Folds numbered changes of one partition into episodes. `known` must have the newest episode of every
 * fingerprint that `fingerprintsOf` names for them. Times of an episode are `recordedAt` of its causes, hence a function of
 * the log, as its id is; `now` makes `detectionMs` and nothing else.
 * A new version is made only when a person would see a difference: status, severity or a figure.
 */
export function foldAlerts(known: Episodes, changes: readonly Numbered<Change>[], deciding: { readonly partition: number; readonly now: Instant }): AlertsFold {
  const newest = new Map(known);
  const changed = new Map<string, Alert>();
  const opened: Alert[] = [];
  const outcomes = changes.map(({ at, what }) => {
    const origin = `${deciding.partition}.${at[0]}`;
    const alerts = judgeChange(newest, what, { origin, now: deciding.now, opened });
    for (const alert of alerts) changed.set(alert.id, alert);
    return { at, alerts };
  });
  const resolved = outcomes.flatMap(({ alerts }) => alerts.filter(({ status }) => status === 'RESOLVED'));
  return { changed: [...changed.values()], newest, opened, resolved, outcomes };
}

/** Fingerprints whose episodes a change can touch. */
export function fingerprintsOf(change: Change): string[] {
  switch (change.kind) {
    case 'level':
      return LEVEL_RULES.map(({ kind }) => fingerprintOf(kind, change.level));
    default:
      return assertNever(change.kind);
  }
}

interface Deciding {
  /** `<partition>.<offset>` of the change, the tail of the id of an episode that it opens. */
  readonly origin: string;
  readonly now: Instant;
  /** Takes the versions with which episodes begin to fire. */
  readonly opened: Alert[];
}

/** Rules that look at a level; each holds down those after it (domain.md: one empty shelf is one notice). */
const LEVEL_RULES: readonly { kind: AlertKind; judge: (change: LevelChange, openSince: Instant | null) => Verdict }[] = [
  { kind: 'NEGATIVE_ON_HAND', judge: judgeNegativeOnHand },
  { kind: 'LOW_STOCK', judge: judgeLowStock },
];

function judgeChange(newest: Map<string, Alert>, change: Change, deciding: Deciding): Alert[] {
  const alerts: Alert[] = [];
  let inhibited = false;
  for (const { kind, judge } of LEVEL_RULES) {
    const fingerprint = fingerprintOf(kind, change.level);
    const current = newest.get(fingerprint);
    const open = isUnresolved(current) ? current : null;
    const verdict = judge(change, open?.openedAt ?? null);
    const next: Alert | null =
      open === null
        ? openEpisode({ kind, fingerprint, resolved: current, verdict, inhibited }, change, deciding)
        : followEpisode(open, { verdict, inhibited }, change);
    if (next !== null) {
      if (open === null) deciding.opened.push(next);
      newest.set(fingerprint, next);
      alerts.push(next);
    }
    inhibited ||= isUnresolved(next ?? current);
  }
  return alerts;
}

const isUnresolved = (episode: Alert | undefined): episode is Alert => episode !== undefined && episode.status !== 'RESOLVED';

interface Opening {
  readonly kind: AlertKind;
  readonly fingerprint: string;
  readonly resolved: Alert | undefined;
  readonly verdict: Verdict;
  readonly inhibited: boolean;
}

function openEpisode({ kind, fingerprint, resolved, verdict, inhibited }: Opening, { level, cause }: LevelChange, { origin, now }: Deciding): Alert | null {
  if (verdict.kind !== 'firing') return null;
  const seen = {
    ...findingOf(verdict),
    status: inhibited ? ('INHIBITED' as const) : ('OPEN' as const),
    lastSeenAt: level.updatedAt,
    detectionMs: Math.min(Math.max(0, now - cause.receivedAt), DETECTION_MS_MAX),
    resolvedAt: null,
    resolution: null,
  };
  if (resolved?.resolvedAt != null && level.updatedAt - resolved.resolvedAt <= COOL_DOWN_MS) {
    return { ...resolved, ...seen, occurrences: resolved.occurrences + 1, causedBy: addCause(resolved, cause), version: resolved.version + 1 };
  }
  return {
    id: `${fingerprint}|${origin}`,
    fingerprint,
    kind,
    location: level.location,
    sku: level.sku,
    openedAt: level.updatedAt,
    occurrences: 1,
    causedBy: [pointTo(cause)],
    version: 1,
    ...seen,
  };
}

function followEpisode(open: Alert, { verdict, inhibited }: { verdict: Verdict; inhibited: boolean }, { level, cause }: LevelChange): Alert | null {
  const version = open.version + 1;
  const causedBy = addCause(open, cause);
  if (verdict.kind === 'clear') {
    const explanation = `${open.explanation} ${verdict.closing}`;
    return { ...open, status: 'RESOLVED', explanation, resolvedAt: level.updatedAt, resolution: 'BY_ITSELF', causedBy, version };
  }
  const next: Alert = { ...open, ...findingOf(verdict), status: inhibited ? 'INHIBITED' : 'OPEN' };
  if (looksTheSame(open, next)) return null;
  const seen = verdict.kind === 'firing' ? { occurrences: open.occurrences + 1, lastSeenAt: level.updatedAt } : {};
  return { ...next, ...seen, causedBy, version };
}

function findingOf({ severity, title, explanation, evidence }: Finding): Finding {
  return { severity, title, explanation, evidence };
}

/** The explanation is left out: it names the latest event even where that changed no figure of this alert. */
function looksTheSame(a: Alert, b: Alert): boolean {
  const figures = Object.keys(b.evidence);
  return a.status === b.status && a.severity === b.severity && a.title === b.title && figures.every((figure) => a.evidence[figure] === b.evidence[figure]);
}

function addCause({ causedBy }: Alert, cause: Cause): Alert['causedBy'] {
  return [...causedBy.slice(0, CAUSES_MAX - 1), pointTo(cause)];
}
