import type { Alert, AlertStatus, EventIdentity, Instant } from '@quayside/contracts';
import { isUnresolved, type AlertBook } from './alertBook.js';
import type { Finding, Verdict } from './verdict.js';

/** Firing again within this time after it resolved keeps the episode (domain.md, "Alerts"). */
export const COOL_DOWN_MS = 30 * 60_000;

/** Events named by an episode: the one that opened it and the newest. More would let one alert outgrow its record in the log. */
const CAUSES_MAX = 2;

/** Largest `detectionMs`: a 32-bit integer in table and API. A processor that was down for a month shows this. */
const DETECTION_MS_MAX = 2 ** 31 - 1;

/** What an episode is about. */
export type Subject = Pick<Alert, 'kind' | 'fingerprint' | 'location' | 'sku' | 'order'>;

/** What a rule found, when, and by what. */
export interface Judged {
  readonly subject: Subject;
  readonly verdict: Verdict;
  /** Another alert explains it. */
  readonly inhibited: boolean;
  /** Time of the finding: recordedAt of a change, or when a timer was due; a function of the log. */
  readonly at: Instant;
  /** Events behind it, oldest first; none where no event can be named. */
  readonly causes: readonly EventIdentity[];
  /** `<partition>.<offset>`, the tail of the id of an episode that this opens. */
  readonly origin: string;
  /** Wall clock − what it is measured from; for `detectionMs`. */
  readonly detectionMs: number;
}

/**
 * Opens, follows or resolves the episode of a subject. A new version is made only when a person would see a difference: status,
 * severity or a figure. Returns whether the subject holds down what comes after it: its episode is unresolved, or a person
 * has resolved it while its cause goes on (which explains the rest as well as before).
 */
export function judgeEpisode(book: AlertBook, judged: Judged): boolean {
  const { newest, timer } = book.of(judged.subject.fingerprint);
  const isSilenced = timer?.content.kind === 'untilCleared';
  if (!isUnresolved(newest) && isSilenced) {
    if (judged.verdict.kind !== 'clear') return true;
    book.clearTimer(judged.subject.fingerprint);
    return false;
  }
  const next = isUnresolved(newest) ? followEpisode(newest, judged) : openEpisode(newest, judged);
  if (next !== null) book.write(next);
  return isUnresolved(next ?? newest);
}

/** What an episode that is not resolved shows, by what people did to it and what explains it. */
export function statusOf({ acknowledgedAt, snoozedUntil }: Pick<Alert, 'acknowledgedAt' | 'snoozedUntil'>, inhibited: boolean): AlertStatus {
  if (inhibited) return 'INHIBITED';
  if (snoozedUntil !== null) return 'SNOOZED';
  return acknowledgedAt === null ? 'OPEN' : 'ACKNOWLEDGED';
}

function openEpisode(newest: Alert | null, { subject, verdict, inhibited, at, causes, origin, detectionMs }: Judged): Alert | null {
  if (verdict.kind !== 'firing') return null;
  const isAgain = newest?.resolvedAt != null && at - newest.resolvedAt <= COOL_DOWN_MS;
  // Whoever wants no news of it until a time wants none of its coming back either; that it was seen says nothing of this time.
  const snoozedUntil = isAgain && newest.snoozedUntil !== null && newest.snoozedUntil > at ? newest.snoozedUntil : null;
  const seen = {
    ...findingOf(verdict, []),
    status: statusOf({ acknowledgedAt: null, snoozedUntil }, inhibited),
    lastSeenAt: at,
    detectionMs: Math.min(Math.max(0, detectionMs), DETECTION_MS_MAX),
    acknowledgedAt: null,
    acknowledgedBy: null,
    snoozedUntil,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
  };
  if (isAgain) return { ...newest, ...seen, occurrences: newest.occurrences + 1, causedBy: addCauses(newest.causedBy, causes), version: newest.version + 1 };
  return {
    id: `${subject.fingerprint}|${origin}`,
    ...subject,
    openedAt: at,
    occurrences: 1,
    comments: [],
    causedBy: addCauses([], causes),
    version: 1,
    ...seen,
  };
}

function followEpisode(open: Alert, { verdict, inhibited, at, causes }: Judged): Alert | null {
  const version = open.version + 1;
  const causedBy = addCauses(open.causedBy, causes);
  if (verdict.kind === 'clear') {
    // Learnt before it was due to open, and only met afterwards: there was nothing to report.
    const resolution = at < open.openedAt ? 'LATE_DATA' : (verdict.resolution ?? 'BY_ITSELF');
    const explanation = `${open.explanation} ${verdict.closing}`;
    return { ...open, status: 'RESOLVED', explanation, resolvedAt: Math.max(at, open.openedAt), resolution, causedBy, version };
  }
  const next: Alert = { ...open, ...findingOf(verdict, open.atRisk), status: statusOf(open, inhibited) };
  if (looksTheSame(open, next)) return null;
  const seen = verdict.kind === 'firing' ? { occurrences: open.occurrences + 1, lastSeenAt: Math.max(at, open.lastSeenAt) } : {};
  return { ...next, ...seen, causedBy, version };
}

function findingOf({ severity, title, explanation, evidence, atRisk }: Finding, known: Alert['atRisk']): Required<Finding> {
  return { severity, title, explanation, evidence, atRisk: atRisk ?? known };
}

/** The explanation is left out: it names the latest event even where that changed no figure of this alert. */
function looksTheSame(a: Alert, b: Alert): boolean {
  const figures = Object.keys(b.evidence);
  return a.status === b.status && a.severity === b.severity && a.title === b.title && figures.every((figure) => a.evidence[figure] === b.evidence[figure]);
}

/** The first event stays, the newest comes beside it. */
function addCauses(causedBy: Alert['causedBy'], causes: readonly EventIdentity[]): Alert['causedBy'] {
  return causes.reduce<Alert['causedBy']>((known, { source, id }) => {
    const isKnown = known.some((each) => each.source === source && each.id === id);
    return isKnown ? known : [...known.slice(0, CAUSES_MAX - 1), { source, id }];
  }, causedBy);
}
