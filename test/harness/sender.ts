import type { Ground } from './ground.js';
import type { Member } from './crew.js';

export interface EventDraft {
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly source?: string;
  readonly time?: string;
  readonly sequence?: number;
}

/** A whole CloudEvent from what matters to a test. */
export function cloudEvent({ id, type, data, source = '/test', ...rest }: EventDraft): Record<string, unknown> {
  return { specversion: '1.0', id, source, type: `quayside.${type}.v1`, ...rest, data };
}

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** Posts to ingest as a warehouse system would. */
export class Sender {
  constructor(
    private readonly ingest: Member,
    private readonly ground: Ground,
  ) {}

  async post(event: Record<string, unknown> | readonly Record<string, unknown>[], headers: Record<string, string> = {}): Promise<Reply> {
    const type = Array.isArray(event) ? 'application/cloudevents-batch+json' : 'application/cloudevents+json';
    const response = await fetch(`${this.ingest.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.ground.keys.ingestKey}`, 'content-type': type, ...headers },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown>, headers: response.headers };
  }

  /** Like a sender that must not lose anything: the same event again, under the same id, until it is acknowledged. Returns how often it had to ask. */
  async postUntilAccepted(events: readonly Record<string, unknown>[], withinMs = 60_000): Promise<number> {
    const deadline = Date.now() + withinMs;
    for (let attempt = 1; ; attempt++) {
      try {
        const { status, body } = await this.post(events);
        if (status === 202) return attempt;
        if (status < 500 && status !== 429) throw new Refused(`Refused with ${status}: ${JSON.stringify(body).slice(0, 1_000)}`);
      } catch (cause) {
        if (cause instanceof Refused) throw cause;
        // The service is being killed: not knowing is the same as not accepted.
      }
      if (Date.now() > deadline) throw new Error(`Not accepted within ${withinMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

class Refused extends Error {}
