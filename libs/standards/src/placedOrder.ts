import { wireType } from '@quayside/contracts';
import { ID_CHARACTERS_MAX } from './cloudEvent.js';
import { excerpt, type Refusal } from './refusal.js';

const TAKEN = 'this order (or its Idempotency-Key) is known already with other content; to change an order, send order.amended, to end it, order.cancelled';

export type OrderReading = { readonly kind: 'event'; readonly event: Record<string, unknown> } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** In lower case, as headers come. */
const KEY_HEADER = 'idempotency-key';
/** Id of an order that comes without a key: the same order again is a repeat. */
const idOf = (order: string): string => `order:${order}`;

/**
 * An order as one JSON object (api.md, `POST /v1/orders`) as the event that it becomes, so that one path checks both: `source` and
 * `placedAt` are the event's own, its id is the Idempotency-Key (with or without quotes, RFC 8941) or else follows from the number.
 * Everything else is its data, whatever it is.
 */
export function orderEvent(headers: Readonly<Record<string, unknown>>, order: unknown): OrderReading {
  if (typeof order !== 'object' || order === null || Array.isArray(order))
    return { kind: 'refused', refusal: { code: 'wrong-type', detail: 'an order is a JSON object', pointer: '', ...excerpt(order) } };
  const { source, placedAt, ...data } = order as Record<string, unknown>;
  const key = readKey(headers[KEY_HEADER]);
  if (key.kind === 'refused') return key;
  const number: unknown = data['order'];
  const id = key.text ?? (typeof number === 'string' ? idOf(number) : idOf(''));
  if (key.text === null && id.length > ID_CHARACTERS_MAX) return { kind: 'refused', refusal: numberTooLong(number) };
  return {
    kind: 'event',
    event: {
      specversion: '1.0',
      id,
      ...(source === undefined ? {} : { source }),
      type: wireType('order.placed'),
      ...(placedAt === undefined ? {} : { time: placedAt }),
      data,
    },
  };
}

/** The refusal of an order's event, at the place in the order where its sender wrote it. */
export function inOrderTerms(refusal: Refusal): Refusal {
  const { code, detail, pointer } = refusal;
  if (pointer === undefined) return refusal;
  // What the catalogue advises for events would be the wrong way here: an order is changed, not taken back.
  if (code === 'id-conflict') return { ...refusal, detail: TAKEN, pointer: '' };
  return { ...refusal, detail: detail.replace(/^data\./, '').replace(/^time\b/, 'placedAt'), ...placeInOrder(pointer) };
}

/** An id is written in a header, or nowhere: no place in the body. */
function placeInOrder(pointer: string): { pointer?: string } {
  if (pointer === '/id') return { pointer: '' };
  if (pointer === '/time') return { pointer: '/placedAt' };
  return { pointer: pointer.replace(/^\/data(?=\/|$)/, '') };
}

function readKey(header: unknown): { readonly kind: 'key'; readonly text: string | null } | Extract<OrderReading, { kind: 'refused' }> {
  if (header === undefined) return { kind: 'key', text: null };
  const text = typeof header === 'string' ? (/^"([^"\\]*)"$/.exec(header)?.[1] ?? header) : '';
  if (/^[\x20-\x7e]+$/.test(text) && text.length <= ID_CHARACTERS_MAX) return { kind: 'key', text };
  const detail = `the header Idempotency-Key has 1 to ${ID_CHARACTERS_MAX} ASCII characters, once`;
  return { kind: 'refused', refusal: { code: 'malformed-header', detail } };
}

function numberTooLong(number: unknown): Refusal {
  const longest = ID_CHARACTERS_MAX - idOf('').length;
  return {
    code: 'too-long',
    detail: `order: has over ${longest} characters, of which the id of its event would be made; send an Idempotency-Key with it`,
    pointer: '/data/order',
    ...excerpt(number),
  };
}
