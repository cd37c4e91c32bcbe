import { faultText } from '../wire/GatewayFault.js';
import { Fields } from '../wire/Fields.js';
import { authorizationUrl, challengeOf, discover, exchangeCode, randomWord, readReturn, type Departure, type Issuer } from './oidc.js';

/** sessionStorage: whoever leaves in one tab comes back in it. */
const KEY = 'quayside-departure';

const redirectUri = (): string => `${window.location.origin}/`;

/** Sends the person to the issuer; the page is left. Throws with a reason for people. */
export async function departTo(issuer: Issuer): Promise<void> {
  // Browsers keep it from pages that came over plain http from another machine.
  if (!window.isSecureContext) throw new Error('signing in there needs this page to come over https');
  const { authorization } = await discover(issuer);
  const departure: Departure = { state: randomWord(), verifier: randomWord(), returnTo: window.location.pathname + window.location.search };
  window.sessionStorage.setItem(KEY, JSON.stringify(departure));
  const challenge = await challengeOf(departure.verifier);
  window.location.assign(authorizationUrl(authorization, { clientId: issuer.clientId, redirectUri: redirectUri(), state: departure.state, challenge }));
}

/** What came of a person's return from the issuer; null for whoever does not come from there. */
export type Arrival = { readonly kind: 'token'; readonly token: string } | { readonly kind: 'refused'; readonly reason: string } | null;

/** Takes the code out of the address, and gives it for a token. Never rejects. */
export async function arriveFrom(issuer: Issuer): Promise<Arrival> {
  const returned = readReturn(window.location.search);
  const kept = window.sessionStorage.getItem(KEY);
  if (returned === null || kept === null) return null;
  window.sessionStorage.removeItem(KEY);
  try {
    const departure = readDeparture(kept);
    window.history.replaceState(window.history.state, '', departure.returnTo);
    if (returned.kind === 'refused') return returned;
    // A code that somebody else's link brought would sign this person in as him.
    if (returned.state !== departure.state) return { kind: 'refused', reason: 'this answer belongs to no sign-in that was begun here' };
    return { kind: 'token', token: await exchangeCode({ issuer, code: returned.code, redirectUri: redirectUri(), verifier: departure.verifier }) };
  } catch (cause) {
    return { kind: 'refused', reason: faultText(cause) };
  }
}

function readDeparture(kept: string): Departure {
  const departure = Fields.of(JSON.parse(kept), 'departure');
  return { state: departure.text('state'), verifier: departure.text('verifier'), returnTo: departure.text('returnTo') };
}
