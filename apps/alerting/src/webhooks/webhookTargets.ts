import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { ALERT_KINDS, type AlertKind } from '@quayside/contracts';
import { ConfigFault } from '@quayside/service';
import { z } from 'zod';
import type { NotificationTarget } from '../alertingPorts.js';
import { isPublicAddress } from './publicAddress.js';
import { SECRET_PREFIX } from './signWebhook.js';

export interface WebhookTarget extends NotificationTarget {
  readonly url: string;
  /** `whsec_` and base64 each; every message is signed with all of them. */
  readonly secrets: readonly string[];
}

const TARGETS_MAX = 20;
const SECRETS_MAX = 5;
/** Bytes of a secret (Standard Webhooks). */
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;

/**
 * Reads who is told of alerts: JSON text (it begins with `[`) or the path of a file with it, a list of
 * `{ name, url, secrets, kinds? }`. Throws ConfigFault with all faults at the same time and none of the values: they are secrets.
 * `allowPrivate` takes targets without TLS and on private addresses, for trials.
 */
export function readWebhookTargets(given: string | undefined, { allowPrivate }: { readonly allowPrivate: boolean }): WebhookTarget[] {
  if (given === undefined || given.trim() === '') return [];
  const result = targetList(allowPrivate).safeParse(parse(given.trim()));
  if (!result.success) throw new ConfigFault(result.error.issues.map(({ path, message }) => `${['WEBHOOKS', ...path].join('.')}: ${message}`));
  return result.data.map(({ kinds, ...target }) => ({ ...target, kinds: kinds ?? null }));
}

function parse(given: string): unknown {
  const text = given.startsWith('[') ? given : readText(given);
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigFault(['WEBHOOKS: is no JSON']);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigFault([`WEBHOOKS: names a file that cannot be read (${(cause as { code?: string }).code ?? 'unknown'})`]);
  }
}

function targetList(allowPrivate: boolean) {
  const target = z.strictObject({
    name: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'has to be 1 to 64 letters, digits, dots, dashes or underscores'),
    url: z
      .string()
      .max(2_048)
      .superRefine((url, context) => {
        for (const message of faultsOfUrl(url, allowPrivate)) context.addIssue({ code: 'custom', message });
      }),
    secrets: z.array(z.string().refine(isSecret, 'has to be whsec_ and the base64 of 24 to 64 bytes')).min(1, 'needs a secret').max(SECRETS_MAX),
    kinds: z
      .array(z.enum(ALERT_KINDS as readonly [AlertKind, ...AlertKind[]]))
      .min(1)
      .optional(),
  });
  return z
    .array(target)
    .max(TARGETS_MAX)
    .refine((targets) => new Set(targets.map(({ name }) => name)).size === targets.length, 'has two targets of one name');
}

function faultsOfUrl(text: string, allowPrivate: boolean): string[] {
  if (!URL.canParse(text)) return ['is no address'];
  const url = new URL(text);
  const faults: string[] = [];
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) faults.push('has to begin with https://');
  if (url.username !== '' || url.password !== '') faults.push('must not carry a user or a password');
  if (!allowPrivate && isIP(hostOf(url)) !== 0 && !isPublicAddress(hostOf(url))) faults.push('is a private address');
  return faults;
}

/** Without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

function isSecret(secret: string): boolean {
  const base64 = secret.slice(SECRET_PREFIX.length);
  if (!secret.startsWith(SECRET_PREFIX) || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false;
  const { length } = Buffer.from(base64, 'base64');
  return length >= SECRET_BYTES_MIN && length <= SECRET_BYTES_MAX;
}
