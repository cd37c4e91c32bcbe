import { alertRules, type Alert, type AlertRule, type Level } from '@quayside/contracts';
import {
  countAlertsByKind,
  findLocations,
  findSkus,
  readAlerts,
  readLedger,
  readPromises,
  type Database,
  type LedgerEntry,
  type LevelFilter,
  type PromiseKey,
  type SourceEvent,
  type StoredOrder,
  type StoredPromise,
} from '@quayside/store';
import type { GatewayContext } from '../context.js';
import { decodeNodeId, encodeNodeId, type NodeRef } from '../nodeId.js';
import { promiseId } from '../resolvers/fields/stockFields.js';
import { narrow, sees } from '../visible.js';
import { seesAlert } from './seesAlert.js';
import { seesEvent } from './seesEvent.js';
import { showAlertRule } from './showAlertRule.js';

/** An object behind an id, with the name of its SDL type. */
export type NodeObject =
  | { readonly __typename: 'Item'; readonly sku: string }
  | { readonly __typename: 'Location'; readonly code: string }
  | ({ readonly __typename: 'StockLevel' } & Level)
  | ({ readonly __typename: 'LedgerEntry' } & LedgerEntry)
  | ({ readonly __typename: 'Alert' } & Alert)
  | ({ readonly __typename: 'Order' } & StoredOrder)
  | ({ readonly __typename: 'Reservation' } & StoredPromise)
  | ({ readonly __typename: 'SourceEvent' } & SourceEvent)
  | ReturnType<typeof showAlertRule>;

/** Re-fetches objects by id. What does not exist and what the viewer may not see are both null: an id tells nothing. */
export class NodeReader {
  constructor(
    private readonly pool: Database['pool'],
    private readonly latenessMs: number,
  ) {}

  /** In the order asked; one query for each kind among them. */
  async read(ids: readonly string[], context: GatewayContext): Promise<(NodeObject | null)[]> {
    const refs = ids.map(decodeNodeId).filter((ref) => ref !== null);
    const kinds = await Promise.all([
      this.items(refsOf(refs, 'item'), context),
      this.locations(refsOf(refs, 'location'), context),
      this.levels(refsOf(refs, 'level'), context),
      this.entries(refsOf(refs, 'ledger'), context),
      this.alerts(refsOf(refs, 'alert'), context),
      this.orders(refsOf(refs, 'order'), context),
      this.promises([...refsOf(refs, 'reservation'), ...refsOf(refs, 'promise')], context),
      this.events(refsOf(refs, 'event'), context),
      this.rules(refsOf(refs, 'alertRule'), context),
    ]);
    const found = new Map(kinds.flat());
    return ids.map((id) => found.get(id) ?? null);
  }

  private async items(refs: readonly Extract<NodeRef, { kind: 'item' }>[], { visible }: GatewayContext): Promise<Found[]> {
    if (refs.length === 0) return [];
    const skus = await findSkus(this.pool, { ...ALL, skus: refs.map(({ sku }) => sku), locations: narrow(visible, null) });
    return skus.map((sku) => [encodeNodeId({ kind: 'item', sku }), { __typename: 'Item', sku }]);
  }

  private async locations(refs: readonly Extract<NodeRef, { kind: 'location' }>[], { visible }: GatewayContext): Promise<Found[]> {
    const codes = refs.map(({ code }) => code).filter((code) => sees(visible, code));
    if (codes.length === 0) return [];
    const known = await findLocations(this.pool, { ...ALL, locations: codes });
    return known.map((code) => [encodeNodeId({ kind: 'location', code }), { __typename: 'Location', code }]);
  }

  private async levels(refs: readonly Extract<NodeRef, { kind: 'level' }>[], { visible, levels }: GatewayContext): Promise<Found[]> {
    const found = await Promise.all(refs.filter(({ location }) => sees(visible, location)).map(({ location, sku }) => levels.load({ location, sku })));
    return found.filter((level) => level !== null).map((level) => [encodeNodeId({ kind: 'level', ...level }), { __typename: 'StockLevel', ...level }]);
  }

  private async entries(refs: readonly Extract<NodeRef, { kind: 'ledger' }>[], { visible }: GatewayContext): Promise<Found[]> {
    if (refs.length === 0) return [];
    const entries = (await readLedger(this.pool, refs)).filter(({ location }) => sees(visible, location));
    return entries.map((entry) => [encodeNodeId({ ...entry, kind: 'ledger' }), { __typename: 'LedgerEntry', ...entry }]);
  }

  private async alerts(refs: readonly Extract<NodeRef, { kind: 'alert' }>[], { visible }: GatewayContext): Promise<Found[]> {
    if (refs.length === 0) return [];
    const alerts = (
      await readAlerts(
        this.pool,
        refs.map(({ id }) => id),
      )
    ).filter((alert) => seesAlert(visible, alert));
    return alerts.map((alert) => [encodeNodeId({ ...alert, kind: 'alert' }), { __typename: 'Alert', ...alert }]);
  }

  private async orders(refs: readonly Extract<NodeRef, { kind: 'order' }>[], { visible, orders }: GatewayContext): Promise<Found[]> {
    const found = await Promise.all(refs.filter(({ location }) => sees(visible, location)).map((ref) => orders.load(ref)));
    return found.filter((order) => order !== null).map((order) => [encodeNodeId({ ...order, kind: 'order' }), { __typename: 'Order', ...order }]);
  }

  private async promises(refs: readonly Extract<NodeRef, { kind: 'reservation' | 'promise' }>[], { visible }: GatewayContext): Promise<Found[]> {
    const keys = refs.filter(({ location }) => sees(visible, location)).map(promiseKeyOf);
    if (keys.length === 0) return [];
    return (await readPromises(this.pool, keys)).map((promise) => [promiseId(promise), { __typename: 'Reservation', ...promise }]);
  }

  private async rules(refs: readonly Extract<NodeRef, { kind: 'alertRule' }>[], { visible, now }: GatewayContext): Promise<Found[]> {
    if (refs.length === 0) return [];
    const fired = await countAlertsByKind(this.pool, { since: now - DAY_MS, locations: narrow(visible, null) });
    return refs.flatMap(({ of }): Found[] => {
      const rule = ruleOf(this.latenessMs, of);
      return rule === undefined ? [] : [[encodeNodeId({ kind: 'alertRule', of }), showAlertRule(rule, fired.get(rule.kind) ?? 0)]];
    });
  }

  private async events(refs: readonly Extract<NodeRef, { kind: 'event' }>[], { visible, events }: GatewayContext): Promise<Found[]> {
    const found = (await Promise.all(refs.map((ref) => events.load(ref)))).filter((event) => event !== null);
    return found
      .filter((event) => seesEvent(visible, event))
      .map((event) => [encodeNodeId({ kind: 'event', partition: event.partition, offset: event.offset }), { __typename: 'SourceEvent', ...event }]);
  }
}

/** What an id names as a rule, where it names one. */
function ruleOf(latenessMs: number, of: string): AlertRule | undefined {
  return alertRules(latenessMs).find(({ kind }) => kind === of);
}

function promiseKeyOf(ref: Extract<NodeRef, { kind: 'reservation' | 'promise' }>): PromiseKey {
  const { location, line } = ref;
  return ref.kind === 'promise' ? { kind: 'order', location, reference: ref.number, line } : { kind: 'reservation', location, reference: ref.reference, line };
}

const DAY_MS = 86_400_000;
type Found = readonly [id: string, object: NodeObject];
const ALL: LevelFilter = { skus: null, locations: null, skuPrefix: null, belowReorderPoint: null, negative: null };

function refsOf<Kind extends NodeRef['kind']>(refs: readonly NodeRef[], kind: Kind): Extract<NodeRef, { kind: Kind }>[] {
  return refs.filter((ref): ref is Extract<NodeRef, { kind: Kind }> => ref.kind === kind);
}
