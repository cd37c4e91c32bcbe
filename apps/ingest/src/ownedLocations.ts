import { partitionOf } from '@quayside/contracts';

/** A location and the partition that owns it. `code` is a text of its own: one cut out of a body would keep all of the body in memory. */
export interface OwnedLocation {
  readonly code: string;
  readonly partition: number;
}

/** Locations remembered: more than a network has in nearly every case; with more the cache starts anew. */
const LOCATIONS_MAX = 10_000;

/** The owners of locations, so that the hash of a code is taken once and not for every event (a sixth of the door's work for one). */
export class OwnedLocations {
  private known = new Map<string, OwnedLocation>();

  of(location: string): OwnedLocation {
    const known = this.known.get(location);
    if (known !== undefined) return known;
    if (this.known.size >= LOCATIONS_MAX) this.known = new Map();
    const code = Buffer.from(location).toString();
    const owned = { code, partition: partitionOf(code) };
    this.known.set(code, owned);
    return owned;
  }
}
