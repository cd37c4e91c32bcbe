import { createRandom } from './random.mjs';

/** Part of the ids of the opening balances: raise it with any change below, or repeats become conflicts. */
const NETWORK_VERSION = 1;
const NETWORK_SEED = 20_261;
/** Before the demo's traffic, and the same at every start: an event's time is part of its content. */
const OPENING_TIME = '2026-01-05T05:30:00Z';

/**
 * The demo's sites. Each reports with a source of its own, keeps the first so many of the items, and gets its
 * share of the demand.
 */
const SITES = [
  { code: 'DC-1', town: 'Rotterdam', source: '/demo/wms/dc-1', itemCount: 60, share: 0.5, openingFactor: 1 },
  { code: 'DC-2', town: 'Leipzig', source: '/demo/wms/dc-2', itemCount: 45, share: 0.35, openingFactor: 0.7 },
  { code: 'SHOP-1', town: 'Antwerp', source: '/demo/pos/shop-1', itemCount: 25, share: 0.15, openingFactor: 0.2 },
];
const ITEM_COUNT = 60;
/** Of each site the items that sell best are watched: twelve reorder points in all. */
const WATCHED_PER_SITE = 4;

/**
 * A shelf is one item at one site. `demand` is its share of all orders, over the whole network.
 * @typedef {{ location: string, source: string, sku: string, opening: number, reorderPoint: number,
 *             isWatched: boolean, demand: number }} Shelf
 */

/** @returns {{ shelves: readonly Shelf[], openingEvents: readonly object[] }} */
export function buildNetwork() {
  const random = createRandom(NETWORK_SEED);
  const items = Array.from({ length: ITEM_COUNT }, (_, rank) => ({
    sku: String(10_002 + rank * 41),
    // A long tail: the tenth item sells a tenth of the first.
    demand: 1 / (rank + 1),
    opening: Math.round(random.integer(120, 200) / Math.sqrt(rank + 1)) + 20,
  }));
  const shelves = SITES.flatMap((site) => items.slice(0, site.itemCount).map((item, rank) => shelfOf(site, item, rank)));
  return { shelves, openingEvents: SITES.map((site) => openingOf(site, shelves)) };
}

function shelfOf(site, item, rank) {
  const opening = Math.max(Math.round(item.opening * site.openingFactor), 8);
  return {
    location: site.code,
    source: site.source,
    sku: item.sku,
    opening,
    reorderPoint: Math.ceil(opening * 0.4),
    isWatched: rank < WATCHED_PER_SITE,
    demand: item.demand * site.share,
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
