import type { Instant } from '@quayside/contracts';
import type { Delivery, DueNotification } from '@quayside/store';
import { POST_MS_MAX, type WebhookPost } from './postWebhook.js';
import { signWebhook } from './signWebhook.js';
import type { WebhookTarget } from './webhookTargets.js';

/** Delays grow fourfold from a second to six hours; the last try is about a day after the first. */
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 6 * 3_600_000;
const RETRY_GROWTH = 4;
export const TRIES_MAX = 12;

/** Messages to one target that are under way at the same time. */
const AT_ONCE_MAX = 8;
/** How often is looked for messages when there were none. */
const POLL_MS = 500;
/** A message is taken by nobody else for this long: longer than a try, so that it is not sent twice while it is being sent. */
const LEASE_MS = POST_MS_MAX * 3;
/** An answer that says: never send here again (Standard Webhooks). */
const GONE = 410;
/** Characters of an error that are kept. */
const ERROR_MAX = 300;
/** At the end of the process what is under way has this long, ms. */
const FINISH_MS_MAX = 3_000;
/** Messages to targets that are gone from the configuration are given up after this time; looked at once an hour. */
const FORGET_MS = 24 * 3_600_000;
const FORGET_LOOK_MS = 3_600_000;

export interface NotifierPorts {
  readonly takeDue: (asked: {
    readonly target: string;
    readonly now: Instant;
    readonly leaseUntil: Instant;
    readonly limit: number;
  }) => Promise<readonly DueNotification[]>;
  readonly settle: (notification: DueNotification, delivery: Delivery) => Promise<void>;
  readonly giveUpOnTargets: (asked: { readonly known: readonly string[]; readonly dueBefore: Instant }) => Promise<number>;
  /** Status of the answer; rejects when there was none. */
  readonly post: (post: WebhookPost, signal: AbortSignal) => Promise<number>;
  readonly now: () => Instant;
  /** Told of each try. */
  readonly onTry: (facts: { readonly target: string; readonly id: string; readonly attempts: number; readonly delivery: Delivery }) => void;
  /** Told when messages cannot be taken or settled: the database is away. */
  readonly onFault: (cause: unknown) => void;
}

/**
 * Sends what waits, to each target by itself, so that one which does not answer holds up no other. At least once: a process that
 * dies while it sends leaves the message to the next one, under the same id.
 */
export function startNotifying(targets: readonly WebhookTarget[], ports: NotifierPorts): { close(): Promise<void> } {
  const ending = new AbortController();
  const cutting = new AbortController();
  const known = targets.map(({ name }) => name);
  const loops = targets.map((target) =>
    repeat(ending.signal, ports.onFault, async () => {
      const taken = await sendDue(target, ports, cutting.signal);
      return taken > 0 ? 0 : POLL_MS;
    }),
  );
  const forgetting = repeat(ending.signal, ports.onFault, async () => {
    await ports.giveUpOnTargets({ known, dueBefore: ports.now() - FORGET_MS });
    return FORGET_LOOK_MS;
  });
  return {
    close: async () => {
      ending.abort();
      const cut = setTimeout(() => cutting.abort(new Error('the process ends')), FINISH_MS_MAX);
      await Promise.all([...loops, forgetting]);
      clearTimeout(cut);
    },
  };
}

/** One try of each message that is due, a bounded number of them. Returns how many. */
export async function sendDue(target: WebhookTarget, ports: NotifierPorts, signal: AbortSignal): Promise<number> {
  const now = ports.now();
  const due = await ports.takeDue({ target: target.name, now, leaseUntil: now + LEASE_MS, limit: AT_ONCE_MAX });
  await Promise.all(due.map((notification) => tryOnce(target, notification, { ports, signal })));
  return due.length;
}

/** When the try after this many is made; null: there is none. */
export function nextTry(attempts: number, now: Instant): Instant | null {
  return attempts >= TRIES_MAX ? null : now + Math.min(RETRY_MS_MIN * RETRY_GROWTH ** (attempts - 1), RETRY_MS_MAX);
}

interface Sending {
  readonly ports: NotifierPorts;
  readonly signal: AbortSignal;
}

async function tryOnce(target: WebhookTarget, notification: DueNotification, { ports, signal }: Sending): Promise<void> {
  const { attempts, id } = notification;
  const delivery = await deliver(target, notification, { ports, signal });
  await ports.settle(notification, delivery);
  ports.onTry({ target: target.name, id, attempts, delivery });
}

async function deliver(target: WebhookTarget, { id, payload, attempts }: DueNotification, { ports, signal }: Sending): Promise<Delivery> {
  const headers = signWebhook({ id, payload }, target.secrets, Math.floor(ports.now() / 1000));
  try {
    const status = await ports.post({ url: target.url, headers, body: payload }, signal);
    if (status >= 200 && status < 300) return { kind: 'sent', at: ports.now() };
    return { kind: 'failed', error: `it answered ${status}`, nextAt: status === GONE ? null : nextTry(attempts, ports.now()) };
  } catch (cause) {
    const error = cause instanceof Error ? cause.message : String(cause);
    return { kind: 'failed', error: error.slice(0, ERROR_MAX), nextAt: nextTry(attempts, ports.now()) };
  }
}

/** Does it again and again, each time after the pause that it asks for, until the signal; what it throws is told, and tried again. */
async function repeat(signal: AbortSignal, onFault: (cause: unknown) => void, step: () => Promise<number>): Promise<void> {
  while (!signal.aborted) {
    const pauseMs = await step().catch((cause: unknown) => {
      onFault(cause);
      return RETRY_MS_MIN;
    });
    if (pauseMs > 0) await pause(pauseMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
