import { describe, expect, it } from '@jest/globals';
import { signWebhook } from './signWebhook.js';

describe('a signed message', () => {
  it('is the example of the Standard Webhooks specification', () => {
    const headers = signWebhook(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', payload: '{"test": 2432232314}' },
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      1_614_265_330,
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('carries a signature for each secret while secrets are rotated', () => {
    const [first, second] = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'] as const;
    const sign = (secrets: readonly string[]): string | undefined => signWebhook({ id: 'msg_1', payload: '{}' }, secrets, 5)['webhook-signature'];
    expect(sign([first, second])).toBe(`${sign([first])} ${sign([second])}`);
  });
});
