import { describe, expect, it } from '@jest/globals';
import type { Delivery, DueNotification } from '@quayside/store';
import { nextTry, sendDue, startNotifying, TRIES_MAX, type NotifierPorts } from './notifier.js';
import type { WebhookTarget } from './webhookTargets.js';

const NOW = 1_000_000;
const TARGET: WebhookTarget = { name: 'ops', url: 'https://hooks.example.com/x', secrets: [`whsec_${Buffer.alloc(24, 7).toString('base64')}`], kinds: null };
const due = (attempts: number): DueNotification => ({ partition: 5, id: 'msg_1', target: 'ops', payload: '{}', attempts });

/** One message that is due, an answer, and what became of it. */
async function tryWith(answer: number | Error, attempts = 1): Promise<Delivery[]> {
  const settled: Delivery[] = [];
  await sendDue(
    TARGET,
    portsOf({ takeDue: async () => [due(attempts)], post: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)), settled }),
    new AbortController().signal,
  );
  return settled;
}
function portsOf({ settled = [], ...stated }: Partial<NotifierPorts> & { settled?: Delivery[] }): NotifierPorts {
  return {
    takeDue: async () => [],
    settle: async (_notification, delivery) => void settled.push(delivery),
    giveUpOnTargets: async () => 0,
    post: async () => 200,
    now: () => NOW,
    onTry: () => {},
    onFault: () => {},
    ...stated,
  };
}

describe('a message', () => {
  it.each([200, 202, 204, 299])('that is answered with %i is sent', async (status) => {
    expect(await tryWith(status)).toEqual([{ kind: 'sent', at: NOW }]);
  });

  it.each([302, 400, 404, 429, 500, 503])('that is answered with %i is tried again', async (status) => {
    expect(await tryWith(status)).toEqual([{ kind: 'failed', error: `it answered ${status}`, nextAt: NOW + 1_000 }]);
  });

  it('that could not be delivered is tried again, and the error is kept', async () => {
    expect(await tryWith(new Error('connect ECONNREFUSED'), 3)).toEqual([{ kind: 'failed', error: 'connect ECONNREFUSED', nextAt: NOW + 16_000 }]);
  });

  it('is given up after its last try, and at once where the target is gone', async () => {
    expect(await tryWith(500, TRIES_MAX)).toEqual([{ kind: 'failed', error: 'it answered 500', nextAt: null }]);
    expect(await tryWith(410)).toEqual([{ kind: 'failed', error: 'it answered 410', nextAt: null }]);
  });

  it('waits longer after each try, up to six hours, for about a day in all', () => {
    const delays = Array.from({ length: TRIES_MAX - 1 }, (_, index) => (nextTry(index + 1, 0) ?? 0) / 1_000);
    expect(delays).toEqual([1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 21_600, 21_600, 21_600]);
    expect(nextTry(TRIES_MAX, 0)).toBeNull();
  });

  it('is taken for longer than a try may last', async () => {
    const asked: unknown[] = [];
    await sendDue(TARGET, portsOf({ takeDue: async (given) => (asked.push(given), []) }), new AbortController().signal);
    expect(asked).toEqual([{ target: 'ops', now: NOW, leaseUntil: NOW + 30_000, limit: 8 }]);
  });
});

describe('the notifier', () => {
  it('goes on with one target while another does not answer, and after the database was away', async () => {
    const sent: string[] = [];
    const faults: unknown[] = [];
    let left = 3;
    const ports = portsOf({
      takeDue: async ({ target }) => {
        if (target === 'slow') return [due(1)];
        if (left === 3) {
          left--;
          throw new Error('the database is away');
        }
        return left-- > 0 ? [due(1)] : [];
      },
      post: (_post, signal) =>
        new Promise((resolve, reject) => (_post.url.includes('slow') ? signal.addEventListener('abort', () => reject(new Error('cut'))) : resolve(200))),
      onTry: ({ target }) => void sent.push(target),
      onFault: (cause) => void faults.push(cause),
    });
    const notifying = startNotifying([{ ...TARGET, name: 'slow', url: 'https://slow.example.com' }, TARGET], ports);
    for (let turns = 0; turns < 400 && sent.length < 2; turns++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect([sent, faults]).toEqual([['ops', 'ops'], [expect.any(Error)]]);
    await notifying.close();
    expect(sent).toEqual(['ops', 'ops', 'slow']);
  }, 15_000);
});
