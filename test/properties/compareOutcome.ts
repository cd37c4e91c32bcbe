import {
  available,
  COMMAND_SOURCE,
  type DecisionChange,
  type DecisionVerdict,
  type ExceptionKind,
  HOP_SOURCE,
  type Level,
  onHand,
  readEvent,
  type StockMoved,
  type SupplyEvent,
} from '@quayside/contracts';
import { differs, type Discrepancy, firstOf } from './discrepancy.js';
import type { Applied } from './oracle/admittance.js';
import type { Expected, Oracle } from './oracle/oracle.js';
import type { RaisedException, Subject, Taken } from './subject.js';

type TakenAsApplied = Extract<Taken, { kind: 'applied' }>;

/** Numbers of levels before a record, by levelKey. */
type LevelsBefore = ReadonlyMap<string, Level>;

/** What was said of the record: taken, set aside or a repeat. */
export function compareVerdict(taken: Taken, { admission }: Expected): Discrepancy | null {
  switch (admission.kind) {
    case 'repeat':
      return differs('verdict', { what: 'what became of a record', subject: taken.kind }, 'repeat');
    case 'setAside':
      // Whether other content stands under a known id is for the store to see; in memory it is a repeat.
      if (admission.reason === 'ID_CONFLICT' && taken.kind === 'repeat') return null;
      return differs('verdict', { what: 'what became of a record', subject: taken.kind === 'setAside' ? taken.reason : taken.kind }, admission.reason);
    case 'withoutEffect':
      return null;
    case 'voidedBefore':
    case 'applied':
      return differs('verdict', { what: 'what became of a record', subject: taken.kind === 'setAside' ? taken : taken.kind }, 'applied');
  }
}

/** Exceptions, level changes, the decision and hops of an applied record. */
export function compareOutcome(taken: TakenAsApplied, applied: Applied, { subject, before, expected, oracle }: Around): Discrepancy | null {
  return firstOf([
    () => compareExceptions(taken.exceptions, { expected, before, subject, event: applied.event }),
    () => compareLevelChanges(taken, { before, subject }),
    () => compareDecision(taken, { applied, expected, oracle }),
    () => compareHops(taken, applied),
  ]);
}

interface Around {
  readonly subject: Subject;
  readonly before: LevelsBefore;
  readonly expected: Expected;
  readonly oracle: Oracle;
}

/** Kinds that say the same, or more. */
const ALSO_SAID_BY: Partial<Record<ExceptionKind, readonly string[]>> = {
  OVERSHIPPED: ['SHIPPED_AFTER_CANCEL'],
  UNRESERVED_SHIPMENT: ['OVERSHIPPED', 'SHIPPED_AFTER_CANCEL'],
};
/** Kinds that may only stand where they are due. */
const ONLY_WHEN_DUE: readonly string[] = ['ALREADY_EXISTS', 'CLOCK_SKEW', 'VOID_NOT_ALLOWED'];

function compareExceptions(
  raised: readonly RaisedException[],
  { expected, before, subject, event }: Pick<Around, 'expected' | 'before' | 'subject'> & { readonly event: SupplyEvent },
): Discrepancy | null {
  const kinds = raised.map(({ kind }) => kind);
  // An order that is placed after its goods left may say so then, or have said nothing.
  const location = 'location' in event ? event.location : '';
  const due = event.name === 'order.placed' ? expected.raises.filter((kind) => ONLY_WHEN_DUE.includes(kind)) : expected.raises;
  const missing = due.find((kind) => ![kind, ...(ALSO_SAID_BY[kind] ?? [])].some((each) => kinds.includes(each)));
  if (missing !== undefined) return { check: 'exceptions', detail: `expected ${missing}, got ${JSON.stringify(kinds)}` };
  const undue = kinds.find((kind) => ONLY_WHEN_DUE.includes(kind) && !expected.raises.some((each) => each === kind));
  if (undue !== undefined) return { check: 'exceptions', detail: `${undue} is raised for nothing` };
  for (const [key, level] of subject.levels) {
    if (level.location !== location) continue;
    const was = before.get(key);
    const at = (kind: string): boolean => raised.some((each) => each.kind === kind && each.sku === level.sku);
    const wentNegative = onHand(level) < 0 && (was === undefined || onHand(was) >= 0);
    const wentOversold = available(level) < 0 && level.reserved > 0 && (was === undefined || available(was) >= 0);
    if (wentNegative && !at('NEGATIVE_ON_HAND'))
      return { check: 'exceptions', detail: `onHand of ${level.sku} fell to ${onHand(level)} without NEGATIVE_ON_HAND` };
    if (onHand(level) >= 0 && at('NEGATIVE_ON_HAND')) return { check: 'exceptions', detail: `NEGATIVE_ON_HAND with ${onHand(level)} ${level.sku} on hand` };
    if (wentOversold && !at('OVERSOLD')) return { check: 'exceptions', detail: `available of ${level.sku} fell to ${available(level)} without OVERSOLD` };
    if (available(level) >= 0 && at('OVERSOLD')) return { check: 'exceptions', detail: `OVERSOLD with ${available(level)} ${level.sku} available` };
  }
  return null;
}

/** Versions grow by one per event that changes the level, and each new version is told once, absolute. */
function compareLevelChanges({ outcome }: TakenAsApplied, { before, subject }: Pick<Around, 'before' | 'subject'>): Discrepancy | null {
  for (const [key, level] of subject.levels) {
    const was = before.get(key);
    const told = outcome.changes.flatMap((change) =>
      change.kind === 'level' && change.level.location === level.location && change.level.sku === level.sku ? [change.level] : [],
    );
    const isSame = was !== undefined && differs('', { what: '', subject: level }, was) === null;
    const found =
      differs('version', { what: `version of ${key} (${isSame ? 'unchanged' : 'changed'})`, subject: level.version }, (was?.version ?? 0) + (isSame ? 0 : 1)) ??
      differs('level changes', { what: `changes of ${key} told`, subject: told }, isSame ? [] : [level]);
    if (found !== null) return found;
  }
  return null;
}

/** Records whose last change is a decision, beside all of the gateway's. */
const DECIDED = /^(?:adjustment\.requested|reservation\..*|order\..*|event\.voided)$/;

function compareDecision(
  { outcome }: TakenAsApplied,
  { applied, expected, oracle }: Pick<Around, 'expected' | 'oracle'> & { readonly applied: Applied },
): Discrepancy | null {
  const { event } = applied;
  const decisions = outcome.changes.filter((change): change is DecisionChange => change.kind === 'decision');
  const [decision] = decisions;
  const found = differs(
    'decision',
    { what: `decisions of ${event.name}`, subject: decisions.length },
    DECIDED.test(event.name) || event.source === COMMAND_SOURCE ? 1 : 0,
  );
  if (found !== null || decision === undefined) return found;
  if (outcome.changes.at(-1)?.kind !== 'decision') return { check: 'decision', detail: 'the decision is not the last change' };
  const verdicts = verdictsOf(applied, expected, oracle);
  if (verdicts.length > 0 && !verdicts.includes(decision.verdict)) {
    return { check: 'decision', detail: `verdict: expected ${verdicts.join(' or ')}, got ${decision.verdict} (${decision.detail})` };
  }
  if (event.name !== 'adjustment.requested' || expected.isGranted !== false) return null;
  const lacks = event.lines.find(({ sku }) => !decision.current.some((each) => each.sku === sku && each.onHand === oracle.stock.onHand(event.location, sku)));
  return lacks === undefined ? null : { check: 'decision', detail: `STALE does not say what is true of ${lacks.sku}: ${JSON.stringify(decision.current)}` };
}

/** Verdicts that fit; empty where nothing is said. */
function verdictsOf({ event, takesBack }: Applied, { raises, isGranted }: Expected, oracle: Oracle): readonly DecisionVerdict[] {
  if (raises.includes('ALREADY_EXISTS')) return ['NO_EFFECT'];
  if (event.name === 'adjustment.requested') return isGranted === true ? ['DONE'] : ['STALE'];
  if (event.name === 'event.voided') return takesBack === null ? ['WAITING', 'NO_EFFECT'] : ['DONE', 'NO_EFFECT'];
  if (event.name !== 'reservation.requested') return [];
  const lines = oracle.reservations.all().find(({ location, name }) => location === event.location && name === event.reservation)?.lines ?? [];
  const sum = (name: 'requested' | 'confirmed' | 'backordered' | 'rejected'): number => lines.reduce((total, line) => total + line[name], 0);
  if (sum('confirmed') === sum('requested')) return ['DONE'];
  if (sum('rejected') === sum('requested')) return ['REJECTED'];
  if (sum('backordered') === sum('requested')) return ['WAITING'];
  return sum('backordered') > 0 ? ['PARTLY', 'WAITING'] : ['PARTLY'];
}

function compareHops({ outcome }: TakenAsApplied, { event, takesBack }: Applied): Discrepancy | null {
  const sent = outcome.hops.map(({ location, envelope }) => ({ location, event: readEvent(envelope.event, envelope.occurredAt) }));
  if (event.name === 'stock.moved')
    return differs(
      'hops',
      {
        what: 'hops of a move',
        subject: sent.map(({ location, event: hop }) => [location, hop.name, hop.source, hop.id, hop.occurredAt, hop.sequence, goodsOf(hop)]),
      },
      [hopOf(event)],
    );
  if (event.name === 'event.voided' && takesBack !== null) {
    const strange = sent.find(
      ({ event: hop }) => hop.name !== 'hop.voided' || hop.target.source !== HOP_SOURCE || hop.target.id !== `${takesBack.source}|${takesBack.id}|0`,
    );
    return strange === undefined ? null : { check: 'hops', detail: `a void sends ${JSON.stringify(strange)}` };
  }
  return differs('hops', { what: `hops of ${event.name}`, subject: sent }, []);
}

const hopOf = (event: StockMoved): readonly unknown[] => [
  event.to,
  'hop.stockIn',
  HOP_SOURCE,
  `${event.source}|${event.id}|0`,
  event.occurredAt,
  event.sequence,
  goodsOf(event),
];

function goodsOf(event: object): readonly unknown[] {
  return 'lines' in event && Array.isArray(event.lines)
    ? event.lines.map(({ sku, lot, quantity }: { readonly sku: string; readonly lot?: string; readonly quantity: number }) => [sku, lot ?? null, quantity])
    : [];
}
