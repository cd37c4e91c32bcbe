import { readFileSync } from 'node:fs';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

export const ROLES = ['READ', 'OPERATE', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking, from a verified token and from nothing else. `locations` are exact codes, or `*`. */
export interface Viewer {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly locations: readonly string[];
  /** When the token ends, milliseconds since 1970. */
  readonly expiresAt: number;
}

const claims = z.object({
  sub: z.string().min(1),
  name: z.string().default(''),
  roles: z.array(z.enum(ROLES)).default(['READ']),
  locations: z.array(z.string()).default([]),
  exp: z.number(),
});

/** Verification costs 0.3 ms (stack.md): verified tokens are kept until they expire, this many at most. */
const KNOWN_MAX = 1_000;

export interface TokenSettings {
  /** A file with a JWKS, or the https URL of one. */
  readonly jwks: string;
  readonly issuer: string;
  readonly audience: string;
}

/** Verifies JWTs (RS256, ES256, EdDSA; issuer, audience, expiry). */
export class Tokens {
  private readonly keys: JWTVerifyGetKey;
  private readonly known = new Map<string, Viewer>();

  constructor(private readonly settings: TokenSettings) {
    this.keys = settings.jwks.startsWith('https://')
      ? createRemoteJWKSet(new URL(settings.jwks))
      : createLocalJWKSet(JSON.parse(readFileSync(settings.jwks, 'utf8')));
  }

  /** The viewer behind `Bearer <jwt>` (or the bare token); null when there is none or it does not verify. */
  async verify(authorization: string | undefined, now: number): Promise<Viewer | null> {
    const token = /^(?:Bearer\s+)?([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return null;
    const known = this.known.get(token);
    if (known !== undefined) return known.expiresAt > now ? known : null;
    const viewer = await this.read(token);
    if (viewer === null) return null;
    if (this.known.size >= KNOWN_MAX) this.known.delete(this.known.keys().next().value ?? '');
    this.known.set(token, viewer);
    return viewer;
  }

  private async read(token: string): Promise<Viewer | null> {
    try {
      const { issuer, audience } = this.settings;
      const { payload } = await jwtVerify(token, this.keys, { issuer, audience, algorithms: ['RS256', 'ES256', 'EdDSA'], requiredClaims: ['exp', 'sub'] });
      const claimed = claims.safeParse(payload);
      if (!claimed.success) return null;
      const { sub, name, roles, locations, exp } = claimed.data;
      return { id: sub, name, roles, locations, expiresAt: exp * 1000 };
    } catch (cause) {
      if (typeof (cause as { code?: unknown }).code === 'string' && (cause as { code: string }).code.startsWith('ERR_J')) return null;
      throw cause;
    }
  }
}
