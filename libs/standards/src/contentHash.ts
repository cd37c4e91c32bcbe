import { createHash } from 'node:crypto';
import type { CloudEventSent } from '@quayside/contracts';
import canonicalize from 'canonicalize';

/**
 * Base64url SHA-256 of what an event says: type, subject, time and data as its sender gave them, in canonical JSON (RFC 8785).
 * Nothing that we stamped and no extensions, so that a repeat sent another way is still the same content (domain.md, "Events").
 */
export function contentHash(event: CloudEventSent): string {
  const { type, subject, time, data } = event;
  const text = canonicalize({ type, subject, time, data });
  if (text === undefined) throw new Error('An event without content');
  return createHash('sha256').update(text).digest('base64url');
}
