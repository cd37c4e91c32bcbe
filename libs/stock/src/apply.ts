import {
  assertNever,
  available,
  COMMAND_SOURCE,
  levelKey,
  onHand,
  summarizeOrder,
  summarizeReservation,
  type Cause,
  type Change,
  type EventEnvelope,
  type EventIdentity,
  type FoldedEvent,
  type Order,
  type OrderSummary,
  type PolicySet,
} from '@quayside/contracts';
import type { Applied, SetAside, StageChange } from './applied.js';
import { applyCount } from './applyCount.js';
import { applyReservation } from './applyReservation.js';
import { applyAdjustmentRequest, applyStock } from './applyStock.js';
import { applyVoid, isVoidable } from './applyVoid.js';
import { documentOf } from './bookingsOf.js';
import { amendOrder, cancelOrder, holdOrder } from './changeOrder.js';
import { DONE, noEffect, type Decision } from './decision.js';
import { Draft } from './draft.js';
import type { LogPosition } from './logPosition.js';
import { orderStage } from './orderStage.js';
import { placeOrder } from './placeOrder.js';
import { serveWaiting } from './serveWaiting.js';
import type { World } from './world.js';

/** A sender's clock may be ahead of the broker's by this much without a word (domain.md, "Verdicts"). */
const SKEW_MS_TOLERATED = 2 * 60 * 1000;
/** Further ahead than this, the event is set aside: its day would be wrong. */
const SKEW_MS_MAX = 24 * 3600 * 1000;

/** What is folded: an event, with the envelope that it came in. */
export interface FoldedRecordInput {
  readonly event: FoldedEvent;
  readonly envelope: Pick<EventEnvelope, 'hash'>;
  /** Let through by a person: applied as of its arrival, however far ahead it is dated. */
  readonly isReleased?: boolean;
  /** Its void has come before it. */
  readonly isVoided?: boolean;
}

/**
 * The rules: an event and what it touches in, what it does out. Pure, and the only way in which any number changes; live,
 * replayed and imported events all come through here (domain.md, rule 2).
 * Returns the draft beside what it comes to: whoever applied it takes the draft over into the world.
 */
export function apply(input: FoldedRecordInput, at: LogPosition, world: World): { readonly draft: Draft; readonly result: Applied } | SetAside {
  const { event, isReleased = false, isVoided = false } = input;
  const aheadMs = event.occurredAt - at.appendedAt;
  if (aheadMs > SKEW_MS_MAX && !isReleased)
    return { kind: 'setAside', reason: 'CLOCK_SKEW', detail: `It is dated ${Math.round(aheadMs / 3_600_000)} h after its arrival` };
  const skewed = aheadMs > SKEW_MS_TOLERATED;
  const draft = new Draft(world, { ...at, occurredAt: skewed ? at.appendedAt : event.occurredAt }, causeOf(event));
  if (skewed) draft.note('CLOCK_SKEW', `Dated ${Math.round(aheadMs / 1000)} s after its arrival; applied as of its arrival`);
  if (isVoided && !isVoidable(event.name)) draft.note('VOID_NOT_ALLOWED', 'A void came before it, but only physical facts can be voided');
  const hasNoEffect = isVoided && isVoidable(event.name);
  const decision = hasNoEffect ? noEffect('It was voided before it came') : decide(input, draft);
  if (!hasNoEffect) serveWaiting(draft);
  noteBelowZero(draft);
  return { draft, result: resultOf(event, draft, { decision, isVoided: hasNoEffect }) };
}

function decide({ event, envelope }: FoldedRecordInput, draft: Draft): Decision {
  switch (event.name) {
    case 'stock.received':
    case 'stock.shipped':
    case 'stock.moved':
    case 'stock.returned':
    case 'stock.adjusted':
    case 'stock.dispositionChanged':
    case 'hop.stockIn':
      return applyStock(event, draft, envelope.hash);
    case 'adjustment.requested':
      return applyAdjustmentRequest(event, draft);
    case 'stock.counted':
      return applyCount(event, draft);
    case 'event.voided':
    case 'hop.voided':
      return applyVoid(event, draft, envelope.hash);
    case 'order.placed':
      return placeOrder(event, draft);
    case 'order.amended':
      return amendOrder(event, draft);
    case 'order.cancelled':
      return cancelOrder(event, draft);
    case 'order.held':
    case 'order.holdReleased':
      return holdOrder(event, draft);
    case 'reservation.requested':
    case 'reservation.released':
    case 'reservation.extended':
    case 'reservation.expired':
      return applyReservation(event, draft);
    case 'policy.set':
      return applyPolicy(event, draft);
    default:
      return assertNever(event);
  }
}

function applyPolicy({ location, sku, reorderPoint, safetyStock }: PolicySet, draft: Draft): Decision {
  draft.putLevel(location, sku, { ...(reorderPoint !== undefined && { reorderPoint }), ...(safetyStock !== undefined && { safetyStock }) });
  return DONE;
}

/** Facts that should not have been possible (domain.md, "Verdicts"). */
function noteBelowZero(draft: Draft): void {
  if (draft.movements.length === 0 && draft.entries.length === 0) return;
  for (const level of draft.levels.values()) {
    const { sku, location, reserved } = level;
    if (onHand(level) < 0) draft.note('NEGATIVE_ON_HAND', `${sku} at ${location} stands at ${onHand(level)}`, sku);
    const before = draft.world.level(levelKey(location, sku));
    const isLess = available(level) < (before === null ? 0 : available(before));
    if (available(level) < 0 && reserved > 0 && isLess)
      draft.note('OVERSOLD', `${reserved} of ${sku} at ${location} are promised, ${level.sellable} are there`, sku);
  }
}

function resultOf(event: FoldedEvent, draft: Draft, { decision, isVoided }: { decision: Decision; isVoided: boolean }): Applied {
  const levels = [...draft.levels.values()];
  const reservations = [...draft.reservations.values()];
  const { orders, summaries, stages } = stagedOrders(draft);
  const document = documentNamed(event);
  const cause: Cause = {
    ...draft.cause,
    name: event.name,
    occurredAt: draft.at.occurredAt,
    receivedAt: draft.at.appendedAt,
    ...(document === null ? {} : { document }),
  };
  const changes: Change[] = levels.map((level) => ({ kind: 'level', level, cause }));
  for (const order of summaries) changes.push({ kind: 'order', order, cause });
  for (const reservation of reservations) changes.push({ kind: 'reservation', reservation: summarizeReservation(reservation), cause });
  if (isAnswered(event)) changes.push({ kind: 'decision', location: event.location, ...decision, cause });
  const { movements, entries, counts, exceptions, voids, hops, at } = draft;
  return {
    kind: 'applied',
    occurredAt: at.occurredAt,
    movements,
    levels,
    orders,
    reservations,
    entries,
    stages,
    counts,
    exceptions,
    isVoided,
    voids,
    outcome: { changes, hops },
  };
}

/** Orders with the stage that their lines make, and the stages that are new. */
function stagedOrders(draft: Draft): {
  readonly orders: readonly Order[];
  readonly summaries: readonly OrderSummary[];
  readonly stages: readonly StageChange[];
} {
  const stages: StageChange[] = [];
  const summaries: OrderSummary[] = [];
  const orders = [...draft.orders.values()].map((order) => {
    const { location, number } = order;
    const summary = summarizeOrder(order);
    const staged = { ...order, stage: orderStage(summary) };
    summaries.push({ ...summary, stage: staged.stage });
    const before = draft.world.order(location, number).order;
    if (staged.placedAt !== null && (before?.placedAt == null || before.stage !== staged.stage))
      stages.push({ location, orderNumber: number, stage: staged.stage });
    return staged;
  });
  return { orders, summaries, stages };
}

/** Whether somebody waits for the answer: every command, and whatever a person does over the gateway. */
const isAnswered = ({ name, source }: FoldedEvent): boolean =>
  source === COMMAND_SOURCE || name === 'adjustment.requested' || name === 'event.voided' || name.startsWith('order.') || name.startsWith('reservation.');

function documentNamed(event: FoldedEvent): string | null {
  if ('order' in event && event.order !== undefined) return event.order;
  if ('reservation' in event) return event.reservation;
  return 'lines' in event && event.name !== 'stock.counted' && isBooked(event) ? documentOf(event) : null;
}

const isBooked = (event: FoldedEvent): event is Parameters<typeof documentOf>[0] =>
  event.name.startsWith('stock.') || event.name === 'hop.stockIn' || event.name === 'adjustment.requested';

const causeOf = (event: FoldedEvent): EventIdentity => {
  const { source, id } = event.name === 'hop.stockIn' || event.name === 'hop.voided' ? event.cause : event;
  return { source, id };
};
