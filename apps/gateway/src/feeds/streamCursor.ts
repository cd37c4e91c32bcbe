import { compareNumbers, type ChangeNumber } from '@quayside/contracts';

/**
 * A position in a stream: for each partition the number of the last change contained. Partitions of which nothing was
 * seen yet are absent. `epoch` is the store's identity: after a restored backup, numbers mean other changes.
 */
export interface StreamCursor {
  readonly epoch: string;
  readonly numbers: ReadonlyMap<number, ChangeNumber>;
  /** Up to when a view that also changes with the clock was looked at, s since 1970; absent where none was. */
  readonly seenAt?: number;
}

/** 24 partitions with numbers of 16 digits stay well below; anything longer is not ours. */
const TEXT_CHARACTERS_MAX = 2_048;
const EPOCH_CHARACTERS = 8;
const FORM = /^1:([0-9a-f]{0,8}):((?:\d{1,3}=\d{1,16}\.\d{1,16}(?:,(?=\d))?)*)(?::(\d{1,11}))?$/;

/** The wire form: opaque, base64url, valid at any gateway process on the same store. */
export function encodeStreamCursor({ epoch, numbers, seenAt }: StreamCursor): string {
  const parts = [...numbers].sort(([a], [b]) => a - b).map(([partition, [offset, index]]) => `${partition}=${offset}.${index}`);
  return Buffer.from(`1:${shortEpoch(epoch)}:${parts.join(',')}${seenAt === undefined ? '' : `:${seenAt}`}`).toString('base64url');
}

/** Null for a text that encodeStreamCursor cannot have made. The epoch comes back shortened; compare with isOfEpoch. */
export function decodeStreamCursor(text: string): StreamCursor | null {
  if (text.length > TEXT_CHARACTERS_MAX || !/^[\w-]+$/.test(text)) return null;
  const form = FORM.exec(Buffer.from(text, 'base64url').toString('latin1'));
  const [, epoch, list, seenAt] = form ?? [];
  if (epoch === undefined || list === undefined) return null;
  const numbers = new Map<number, ChangeNumber>();
  for (const part of list === '' ? [] : list.split(',')) {
    const [partition, offset, index] = part.split(/[=.]/).map(Number);
    if (partition === undefined || offset === undefined || index === undefined) return null;
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(index) || numbers.has(partition)) return null;
    numbers.set(partition, [offset, index]);
  }
  const cursor = { epoch, numbers, ...(seenAt !== undefined && { seenAt: Number(seenAt) }) };
  return encodeStreamCursor(cursor) === text ? cursor : null;
}

/** A cursor that is known to be one: the scalar Cursor lets through only what encodeStreamCursor can have made. */
export function readStreamCursor(text: string): StreamCursor {
  const cursor = decodeStreamCursor(text);
  if (cursor === null) throw new Error('A cursor passed the door that is none of ours');
  return cursor;
}

export const isOfEpoch = (cursor: StreamCursor, epoch: string): boolean => cursor.epoch !== '' && shortEpoch(cursor.epoch) === shortEpoch(epoch);

/** The later of the two in every partition. */
export function laterOf(a: StreamCursor, b: StreamCursor): StreamCursor {
  const numbers = new Map(a.numbers);
  for (const [partition, number] of b.numbers) {
    const held = numbers.get(partition);
    if (held === undefined || compareNumbers(number, held) > 0) numbers.set(partition, number);
  }
  return { epoch: a.epoch, numbers };
}

/** A cursor that is never retained: of no store. What is resumed from it starts over. */
export const NOWHERE = encodeStreamCursor({ epoch: '', numbers: new Map() });

/** Enough to tell stores apart; a cursor is no secret and no proof. */
function shortEpoch(epoch: string): string {
  return epoch.replaceAll('-', '').slice(0, EPOCH_CHARACTERS);
}
