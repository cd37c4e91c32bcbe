import { hash } from 'node:crypto';
import type { CloudEventSent } from '@quayside/contracts';
import { canonicalJson, quote } from './canonicalJson.js';

/**
 * Base64url SHA-256 of what an event says: type, subject, time and data as its sender gave them, in canonical JSON (RFC 8785).
 * Nothing that we stamped and no extensions, so that a repeat sent another way is still the same content (domain.md, "Events").
 */
export function contentHash({ type, subject, time, data }: CloudEventSent): string {
  // The four keys are in canonical order as they stand here.
  const subjectPart = subject === undefined ? '' : `,"subject":${quote(subject)}`;
  const timePart = time === undefined ? '' : `,"time":${quote(time)}`;
  return hash('sha256', `{"data":${canonicalJson(data)}${subjectPart}${timePart},"type":${quote(type)}}`, 'base64url');
}
