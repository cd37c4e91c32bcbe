import { createRandom } from './random.mjs';

/** Part of the ids of the opening balances: raise it with any change below, or repeats become conflicts. */
const NETWORK_VERSION = 2;
const NETWORK_SEED = 20_261;
/** Before the demo's traffic, and the same at every start: an event's time is part of its content. */
const OPENING_TIME = '2026-01-05T05:30:00Z';

/**
 * The demo's sites. Each reports with a source of its own, keeps the first so many of the items, and gets its
 * share of the demand. Warehouses ship orders; shops sell over the counter and are filled from a warehouse.
 */
const SITES = [
  { code: 'DC-1', town: 'Rotterdam', source: '/demo/wms/dc-1', kind: 'warehouse', itemCount: 120, share: 0.46 },
  { code: 'DC-2', town: 'Leipzig', source: '/demo/wms/dc-2', kind: 'warehouse', itemCount: 100, share: 0.34 },
  { code: 'SHOP-1', town: 'Antwerp', source: '/demo/pos/shop-1', kind: 'shop', filledFrom: 'DC-1', itemCount: 60, share: 0.12 },
  { code: 'SHOP-2', town: 'Prague', source: '/demo/pos/shop-2', kind: 'shop', filledFrom: 'DC-2', itemCount: 40, share: 0.08 },
];
const ITEM_COUNT = 120;
/** A long tail that is not too steep: the item that sells best has a sixteenth of all demand. */
const TAIL = 5;
/** Pieces that open a shelf of all the demand there is; every other in proportion, none under the least. */
const OPENING_OF_ALL = 5_200;
const OPENING_LEAST = 40;
/** Of each site the items that sell best are watched. */
const WATCHED_PER_SITE = 8;

/**
 * A shelf is one item at one site. `demand` is its share of all demand, over the whole network.
 * @typedef {{ location: string, source: string, kind: 'warehouse' | 'shop', filledFrom?: string, sku: string, opening: number,
 *             reorderPoint: number, isWatched: boolean, demand: number }} Shelf
 */

/** @returns {{ shelves: readonly Shelf[], openingEvents: readonly object[] }} */
export function buildNetwork() {
  const random = createRandom(NETWORK_SEED);
  const weights = Array.from({ length: ITEM_COUNT }, (_, rank) => 1 / (rank + TAIL));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const items = weights.map((weight, rank) => ({ sku: String(10_002 + rank * 41), demand: weight / sum, noise: random.integer(85, 120) / 100 }));
  const shelves = SITES.flatMap((site) => items.slice(0, site.itemCount).map((item, rank) => shelfOf(site, item, rank)));
  return { shelves, openingEvents: SITES.map((site) => openingOf(site, shelves)) };
}

function shelfOf(site, item, rank) {
  const demand = item.demand * site.share;
  const opening = Math.max(Math.round(OPENING_OF_ALL * demand * item.noise), OPENING_LEAST);
  return {
    location: site.code,
    source: site.source,
    kind: site.kind,
    filledFrom: site.filledFrom,
    sku: item.sku,
    opening,
    reorderPoint: Math.ceil(opening * 0.45),
    isWatched: rank < WATCHED_PER_SITE,
    demand,
  };
}

/** One event a site. It is sent at every start and takes effect once, since its id and content never change. */
function openingOf(site, shelves) {
  const lines = shelves.filter(({ location }) => location === site.code).map(({ sku, opening }, index) => ({ line: index + 1, sku, delta: opening }));
  return {
    specversion: '1.0',
    id: `opening-${NETWORK_VERSION}-${site.code}`,
    source: site.source,
    type: 'quayside.stock.adjusted.v1',
    time: OPENING_TIME,
    data: { location: site.code, reason: 'openingBalance', document: `OPENING-${NETWORK_VERSION}`, lines },
  };
}
