import { createHmac } from 'node:crypto';

/** Before a secret's base64 (Standard Webhooks, "Signature scheme"). */
export const SECRET_PREFIX = 'whsec_';

export interface WebhookMessage {
  /** Stable over all tries. */
  readonly id: string;
  readonly payload: string;
}

/**
 * Headers of a message by the Standard Webhooks specification: `webhook-id`, `webhook-timestamp` (of this try, seconds) and
 * `webhook-signature`, one `v1,<base64>` for each secret, so that secrets can be rotated without a pause.
 */
export function signWebhook({ id, payload }: WebhookMessage, secrets: readonly string[], timestampSeconds: number): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestampSeconds}.${payload}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(timestampSeconds), 'webhook-signature': signatures.join(' ') };
}
