import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readAlertingConfig } from './alertingConfig.js';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const GOOD = { PORT: '4000', KAFKA_BROKERS: 'a:1', DATABASE_URL: 'postgresql://h/q' };
const target = (stated: object = {}): object => ({ name: 'ops', url: 'https://hooks.example.com/x', secrets: [SECRET], ...stated });
const webhooks = (...targets: object[]): string => JSON.stringify(targets);

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readAlertingConfig({ ...GOOD, ...environment });
    return [];
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ConfigFault') return (cause as Error & { faults: readonly string[] }).faults;
    throw cause;
  }
}

describe('the configuration of alerting', () => {
  it('tells nobody, and allows 15 minutes of lateness, unless told', () => {
    expect(readAlertingConfig(GOOD)).toMatchObject({ ALLOWED_LATENESS_MS: 900_000, targets: [], allowPrivate: false });
    expect(readAlertingConfig({ ...GOOD, ALLOWED_LATENESS_MS: '0' }).ALLOWED_LATENESS_MS).toBe(0);
  });

  it('takes targets from JSON text and from a file', () => {
    const expected = [
      { ...target(), kinds: null },
      { ...target({ name: 'late' }), kinds: ['ORDER_LATE'] },
    ];
    const text = webhooks(target(), target({ name: 'late', kinds: ['ORDER_LATE'] }));
    expect(readAlertingConfig({ ...GOOD, WEBHOOKS: text }).targets).toEqual(expected);
    const folder = mkdtempSync(join(tmpdir(), 'quayside-webhooks-'));
    writeFileSync(join(folder, 'webhooks.json'), text);
    expect(readAlertingConfig({ ...GOOD, WEBHOOKS: join(folder, 'webhooks.json') }).targets).toEqual(expected);
    rmSync(folder, { recursive: true });
  });

  it.each<[string, string, string]>([
    ['that is no JSON', '[', 'WEBHOOKS: is no JSON'],
    ['of a file that is not there', '/nowhere/webhooks.json', 'WEBHOOKS: names a file that cannot be read (ENOENT)'],
    ['without a name', webhooks(target({ name: '' })), 'WEBHOOKS.0.name: '],
    ['of one name twice', webhooks(target(), target()), 'WEBHOOKS: has two targets of one name'],
    ['without TLS', webhooks(target({ url: 'http://hooks.example.com/' })), 'WEBHOOKS.0.url: has to begin with https://'],
    ['on a private address', webhooks(target({ url: 'https://10.0.0.1/' })), 'WEBHOOKS.0.url: is a private address'],
    ['on a private address, spelled as a number', webhooks(target({ url: 'https://2130706433/' })), 'WEBHOOKS.0.url: is a private address'],
    ['on a private address of IPv6', webhooks(target({ url: 'https://[::ffff:127.0.0.1]/' })), 'WEBHOOKS.0.url: is a private address'],
    ['with a password', webhooks(target({ url: 'https://a:b@example.com/' })), 'WEBHOOKS.0.url: must not carry a user or a password'],
    ['that is no address', webhooks(target({ url: 'nonsense' })), 'WEBHOOKS.0.url: is no address'],
    ['without a secret', webhooks(target({ secrets: [] })), 'WEBHOOKS.0.secrets: needs a secret'],
    ['with a secret that is too short', webhooks(target({ secrets: ['whsec_YWJj'] })), 'WEBHOOKS.0.secrets.0: has to be whsec_'],
    ['of an unknown kind', webhooks(target({ kinds: ['NONE'] })), 'WEBHOOKS.0.kinds.0: '],
    ['with a field that nobody reads', webhooks(target({ secret: SECRET })), 'WEBHOOKS.0: '],
  ])('refuses a target %s', (_title, given, fault) => {
    expect(faultsOf({ WEBHOOKS: given })).toEqual([expect.stringContaining(fault)]);
  });

  it('tells all faults at once, and no secret', () => {
    const faults = faultsOf({
      PORT: 'x',
      WEBHOOKS: webhooks(target({ url: 'http://10.0.0.1/', secrets: ['whsec_secret'] })),
      NODE_ENV: 'production',
      WEBHOOK_PRIVATE_TARGETS: 'allow',
    });
    expect(faults.map((fault) => fault.split(':')[0]).sort()).toEqual(['PORT', 'WEBHOOKS.0.secrets.0', 'WEBHOOK_PRIVATE_TARGETS']);
    expect(faults.join()).not.toContain('whsec_secret');
  });

  it('takes targets on private addresses for trials only', () => {
    const environment = { WEBHOOKS: webhooks(target({ url: 'http://127.0.0.1:9/' })), WEBHOOK_PRIVATE_TARGETS: 'allow' };
    expect(faultsOf(environment)).toEqual([]);
    expect(faultsOf({ ...environment, NODE_ENV: 'production' })).toEqual(['WEBHOOK_PRIVATE_TARGETS: allow is refused in production']);
  });
});
