/** Operations that one can run at once in GraphiQL, each in a tab. */
export const GRAPHIQL_TABS: readonly string[] = [
  `# Which levels changed last. ⌃-Enter runs it; the token goes into "Headers" below, or after #token= in the address.
query Levels {
  stockLevels(first: 20) {
    nodes { item { sku } location { code } onHand available reserved backordered reorderPoint version updatedAt }
    pageInfo { hasNextPage endCursor }
    streamCursor
    freshness { state lagMs }
  }
}`,
  `# Follows the same levels live: a SNAPSHOT first, then DELTA batches.
subscription Live {
  stockLevelChanges(options: {coalesceMs: 100}) {
    kind cursor complete coalesced removedIds
    levels { id item { sku } location { code } onHand available version }
  }
}`,
  `# Movements, newest recorded first: what happened when, when we learnt it, and which record made the row.
query Ledger {
  ledger(first: 20) {
    nodes { item { sku } location { code } kind bucket delta onHandAfter occurredAt recordedAt late reverses { kind delta } event { source eventId } }
  }
}`,
  `# Stock as it was at a time, as it is known now; add asKnownAt for what was known then. Set the time in "Variables".
query AsOf($at: DateTime = "2026-11-22T12:00:00Z", $asKnownAt: DateTime) {
  stockAsOf(at: $at, asKnownAt: $asKnownAt, first: 20) {
    nodes { item { sku } location { code } onHand sellable reserved available lastEntry { kind delta occurredAt } }
    pageInfo { hasNextPage endCursor }
  }
}`,
  `# Orders, the first promised first, and how many stand in each stage.
query Orders {
  orderBoard { stage count atRisk late oldest { number } medianAge }
  orders(first: 20) {
    nodes { number stage customer promisedShipBy punctuality lateBy lines { number item { sku } ordered reserved backordered shipped open } }
    pageInfo { hasNextPage endCursor }
  }
}`,
  `# What waits in quarantine, with what is wrong and what was sent.
query Quarantine {
  events(filter: {statuses: [QUARANTINED]}, first: 20) { nodes { id eventId source type receivedAt problem { title detail } payload } }
}`,
  `# What somebody should look at, and why.
subscription Alerts {
  alertChanges {
    kind cursor complete removedIds
    counts { open acknowledged snoozed critical warning }
    alerts { id version kind status title explanation atRisk { orderNumber line quantity } }
  }
}`,
  `# Sets a reorder point: LOW_STOCK opens when the position is at or under it. Needs a token with OPERATE, as all below.
mutation SetPolicy {
  setStockPolicy(input: {item: {sku: "10002"}, location: {code: "DC-1"}, reorderPoint: 40}) {
    level { onHand position reorderPoint version }
    streamCursor
    userErrors { code field message }
  }
}`,
  `# A correction only if onHand is still what you saw; take a new idempotencyKey for each new command.
mutation Adjust {
  adjustStock(input: {
    idempotencyKey: "adjust-1", location: {code: "DC-1"}, reason: DAMAGED,
    changes: [{item: {sku: "10002"}, onHandDelta: -2, expectedOnHand: 45}]
  }) {
    entries { kind bucket delta onHandAfter }
    userErrors { code field message ... on StaleError { current } }
  }
}

# What a count found; the difference is worked out at the time of the count.
mutation Count {
  recordCount(input: {idempotencyKey: "count-1", item: {sku: "10002"}, location: {code: "DC-1"}, counted: 43, countedAt: "2026-11-22T12:00:00Z"}) {
    difference
    entry { kind delta occurredAt }
    userErrors { code field message }
  }
}

# Takes an event back.
mutation Void {
  voidEvent(input: {idempotencyKey: "void-1", event: {key: {source: "/wms/dc-1", id: "ship-981"}}, reason: DID_NOT_OCCUR, note: "never left"}) {
    event { status }
    entries { kind delta occurredAt }
    userErrors { code field message }
  }
}`,
  `# Asks for a promise of stock.
mutation Reserve {
  reserveStock(input: {
    idempotencyKey: "reserve-1", reference: "R-1", location: {code: "DC-1"}, policy: ALL_OR_NOTHING,
    lines: [{item: {sku: "10002"}, quantity: 3}]
  }) {
    reservations { id line status active shortBy }
    userErrors { code field message }
  }
}

# Gives it up; the id is that of a reservation.
mutation Release($id: ID = "") {
  releaseReservation(input: {idempotencyKey: "release-1", id: $id}) { reservations { status released } userErrors { code field message } }
}

# Cancels what is not shipped of an order.
mutation Cancel {
  cancelOrder(input: {idempotencyKey: "cancel-1", order: {number: {number: "SO-1001", source: "/shop/uk"}}, reason: "changed their mind"}) {
    order { stage lines { number cancelled shipped } }
    userErrors { code field message }
  }
}`,
  `# Says what releasing the event would come to, with its first quantity corrected. dryRun: false does it.
mutation ReleaseEvent($id: ID = "") {
  releaseEvents(input: {
    idempotencyKey: "release-event-1", ids: [$id], dryRun: true,
    patch: [{op: "replace", path: "/data/lines/0/quantity", value: 5}]
  }) {
    matched released
    stillFailing { eventId problem { detail } }
    userErrors { code field message }
  }
}

# Says that somebody looks after an alert.
mutation Acknowledge($id: ID = "") {
  acknowledgeAlerts(input: {ids: [$id], comment: "on it"}) { alerts { status acknowledgedBy { name } comments { text } } userErrors { code message } }
}`,
  `# Open orders, as they are and whenever they change; what leaves the filter comes as removedIds.
subscription OpenOrders($after: Cursor) {
  orderChanges(filter: {stages: [PLACED, RESERVED, PARTIALLY_RESERVED, BACKORDERED, HELD, PARTIALLY_SHIPPED]}, after: $after) {
    kind cursor complete removedIds orders { id number stage punctuality version }
  }
}

# Every movement from now on, once; with a cursor, from there.
subscription Movements($after: Cursor) {
  ledgerEntries(after: $after) { kind cursor entries { kind delta onHandAfter item { sku } location { code } } }
}

# The whole of health, whenever it was measured.
subscription HealthLive {
  healthChanges { state eventsPerSecond endToEndP50Ms streamRetention services { name state } }
}`,
  `# An item's last day of stock, and what moved it last.
query ItemHistory($from: DateTime = "2026-11-24T00:00:00Z", $to: DateTime = "2026-11-25T00:00:00Z") {
  item(ref: {sku: "10002"}) {
    total { onHand available reserved locations }
    stockSeries(window: {from: $from, to: $to}) { window { bucket } at onHandLast availableLast inflow outflow }
    ledger(first: 10) { nodes { kind delta onHandAfter occurredAt location { code } } }
  }
}`,
  `# How all parts are doing; every number was measured within the last minute.
query Health {
  health { state eventsPerSecond endToEndP50Ms endToEndP99Ms quarantined services { name state consumerLag detail } }
}`,
];
