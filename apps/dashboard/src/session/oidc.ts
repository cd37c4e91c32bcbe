import { Fields } from '../wire/Fields.js';

/** Who signs people in, as serve.mjs was told (OIDC_ISSUER, OIDC_CLIENT_ID). */
export interface Issuer {
  readonly issuer: string;
  readonly clientId: string;
}

/** What is kept while a person is away at the issuer; `returnTo` is the address that he came with. */
export interface Departure {
  readonly state: string;
  readonly verifier: string;
  readonly returnTo: string;
}

/** What the issuer sent a person back with; null for an address that is no such return. */
export type Return = { readonly kind: 'code'; readonly code: string; readonly state: string } | { readonly kind: 'refused'; readonly reason: string } | null;

export interface Endpoints {
  readonly authorization: string;
  readonly token: string;
}

/** OpenID Connect Discovery 1.0, section 4. Throws when the issuer does not answer as it says. */
export async function discover({ issuer }: Issuer): Promise<Endpoints> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`the issuer's configuration answered ${response.status}`);
  const found = Fields.of(await response.json(), 'openid-configuration');
  if (found.text('issuer').replace(/\/$/, '') !== issuer.replace(/\/$/, '')) throw new Error('the issuer calls itself by another name');
  return { authorization: found.text('authorization_endpoint'), token: found.text('token_endpoint') };
}

/** 256 random bits, as base64url: for `state` and for the verifier of RFC 7636, section 4.1. */
export const randomWord = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** The challenge of a verifier, method S256 (RFC 7636, section 4.2). */
export async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

interface Asking {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly challenge: string;
}

/** Where to send a person to sign in, and be sent back to `redirectUri` with a code. */
export function authorizationUrl(endpoint: string, { clientId, redirectUri, state, challenge }: Asking): string {
  const url = new URL(endpoint);
  const asked = { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: 'openid profile', state, code_challenge: challenge };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  url.searchParams.set('code_challenge_method', 'S256');
  return url.href;
}

/** Reads an address's query for what the issuer sent a person back with. */
export function readReturn(query: string): Return {
  const parameters = new URLSearchParams(query);
  const [state, code, error] = [parameters.get('state'), parameters.get('code'), parameters.get('error')];
  if (state === null) return null;
  if (error !== null) return { kind: 'refused', reason: parameters.get('error_description') ?? error };
  return code === null ? null : { kind: 'code', code, state };
}

interface Exchange {
  readonly issuer: Issuer;
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

/** Gives the code for a token that the gateway can read; throws with a reason for people. */
export async function exchangeCode({ issuer, code, redirectUri, verifier }: Exchange): Promise<string> {
  const { token } = await discover(issuer);
  const form = { grant_type: 'authorization_code', client_id: issuer.clientId, code, redirect_uri: redirectUri, code_verifier: verifier };
  const response = await fetch(token, { method: 'POST', body: new URLSearchParams(form), headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`the issuer did not take the code (${response.status})`);
  const accessToken = Fields.of(await response.json(), 'token').text('access_token');
  if (accessToken.split('.').length !== 3) throw new Error('the issuer gives tokens that are no JWT; the gateway needs one with audience and roles');
  return accessToken;
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
