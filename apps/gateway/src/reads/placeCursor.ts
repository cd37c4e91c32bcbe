import { z } from 'zod';
import { refusal } from '../refusal.js';

/** Longest cursor of a page, characters: two codes of 256 and three numbers, in base64. */
const CURSOR_CHARACTERS_MAX = 4_096;

/** Cursors of one kind of page: opaque outside, the place of a row (by which its list is ordered) inside. */
export interface PlaceCursor<Place> {
  encode(place: Place): string;
  /** Throws BAD_USER_INPUT for a text that `encode` of this kind cannot have made. */
  decode(text: string): Place;
}

/** `name` keeps cursors of one list (and order) from being used in another. */
export function placeCursor<Place>(name: string, shape: z.ZodType<Place>): PlaceCursor<Place> {
  const form = z.tuple([z.literal(name), shape]);
  return {
    encode: (place) => Buffer.from(JSON.stringify([name, place])).toString('base64url'),
    decode: (text) => {
      const read = form.safeParse(text.length <= CURSOR_CHARACTERS_MAX ? parse(text) : null);
      if (read.success) return read.data[1];
      throw refusal('BAD_USER_INPUT', '`after` is no cursor of this list', { argument: 'after' });
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null; // not ours: refused by the shape
  }
}
