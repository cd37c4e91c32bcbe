import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Refusal } from '@quayside/standards';
import type { Flight } from './flightWindow.js';

/** One request's body, bytes, after unpacking (api.md, "Limits"). */
export const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** How much of a refused body is read and thrown away, bytes: a caller who is still writing when the connection closes never sees the answer. */
const DISCARDED_BYTES_MAX = 16 * 1024 * 1024;

export type BodyReading =
  | { readonly kind: 'body'; readonly bytes: Buffer }
  /** `isCut`: the rest of the body was not read, so the connection has to end. */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly isCut: boolean };

/** Reads and unpacks a request's body, never holding more than the limit; its bytes are counted in `flight`. */
export async function readBody(stream: Readable, headers: Readonly<Record<string, string | string[] | undefined>>, flight: Flight): Promise<BodyReading> {
  const encoding = String(headers['content-encoding'] ?? 'identity')
    .trim()
    .toLowerCase();
  const isPacked = encoding === 'gzip' || encoding === 'x-gzip';
  if (!isPacked && encoding !== 'identity') return refuse({ code: 'unsupported-encoding', detail: 'bodies come plain or packed with gzip' });
  if (Number(headers['content-length'] ?? 0) > DISCARDED_BYTES_MAX) return { ...refuse(TOO_LARGE), isCut: true };
  const reading = await collect(stream, flight);
  return isPacked && reading.kind === 'body' && reading.bytes.length > 0 ? unpack(reading.bytes, flight) : reading;
}

const TOO_LARGE: Refusal = { code: 'body-too-large', detail: `the body has over ${BODY_BYTES_MAX} bytes` };
const FULL: Refusal = { code: 'overloaded', detail: 'as many bytes as this process may hold are being taken in' };

const refuse = (refusal: Refusal): { kind: 'refused'; refusal: Refusal; isCut: boolean } => ({ kind: 'refused', refusal, isCut: false });

function collect(stream: Readable, flight: Flight): Promise<BodyReading> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let refusal: Refusal | null = null;
    const finish = (reading: BodyReading): void => {
      stream.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      resolve(reading);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (refusal === null && size > BODY_BYTES_MAX) refusal = TOO_LARGE;
      if (refusal === null && !flight.grow(chunk.length)) refusal = FULL;
      if (refusal === null) chunks.push(chunk);
      else chunks.length = 0;
      if (refusal !== null && size > DISCARDED_BYTES_MAX) finish({ ...refuse(refusal), isCut: true });
    };
    const onEnd = (): void => finish(refusal === null ? { kind: 'body', bytes: whole(chunks) } : refuse(refusal));
    // The caller has gone: what we answer is for our metrics only.
    const onBroken = (): void => finish({ ...refuse({ code: 'malformed-request', detail: 'the body broke off' }), isCut: true });
    stream.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  });
}

function whole(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

const unzip = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

async function unpack(packed: Buffer, flight: Flight): Promise<BodyReading> {
  try {
    const bytes = await unzip(packed, { maxOutputLength: BODY_BYTES_MAX });
    return flight.grow(bytes.length) ? { kind: 'body', bytes } : refuse(FULL);
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') return refuse(TOO_LARGE);
    if (code.startsWith('Z_')) return refuse({ code: 'malformed-encoding', detail: 'the body is no whole gzip stream' });
    throw cause;
  }
}
