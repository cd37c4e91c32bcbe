import { Fields } from '../wire/Fields.js';
import type { Issuer } from './oidc.js';

/** Where this page finds its gateway, as its own server says in /config.json. */
export interface Settings {
  readonly graphqlUrl: string;
  readonly graphqlWsUrl: string;
  /** Only named in the example that an empty page shows. */
  readonly ingestUrl: string;
  /** Null where people sign in with a pasted token only. */
  readonly issuer: Issuer | null;
}

/** Throws when the server gives no configuration. */
export async function readSettings(): Promise<Settings> {
  const response = await fetch('/config.json', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`/config.json answered ${response.status}`);
  const settings = Fields.of(await response.json(), 'config');
  const issuer = settings.childOrNull('oidc');
  return {
    graphqlUrl: settings.text('graphqlUrl'),
    graphqlWsUrl: settings.text('graphqlWsUrl'),
    ingestUrl: settings.text('ingestUrl'),
    issuer: issuer === null ? null : { issuer: issuer.text('issuer'), clientId: issuer.text('clientId') },
  };
}
