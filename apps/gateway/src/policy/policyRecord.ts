import { createHash } from 'node:crypto';
import { encodeEnvelope, showInstant, wireType, type Instant } from '@quayside/contracts';
import type { StockPolicy } from './readStockPolicy.js';

/** Source of every record that a person's command appends; ingest refuses it from outside. */
export const COMMAND_SOURCE = 'quayside:gateway';

/** The record that sets a policy, as `supply.events` carries it: a person's command takes effect where it stands in the log, like a warehouse's fact. */
export function policyRecord(policy: StockPolicy, by: { readonly id: string; readonly actor: string; readonly at: Instant }): string {
  const { location, sku, ...values } = policy;
  const data = { location, sku, ...values, actor: by.actor };
  return encodeEnvelope({
    v: 1,
    occurredAt: by.at,
    receivedAt: by.at,
    hash: createHash('sha256').update(JSON.stringify(data)).digest('base64url'),
    sender: `user:${by.actor}`,
    event: { specversion: '1.0', id: by.id, source: COMMAND_SOURCE, type: wireType('policy.set'), time: showInstant(by.at), data },
  });
}
