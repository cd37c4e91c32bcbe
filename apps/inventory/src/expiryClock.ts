import { createHash } from 'node:crypto';
import { encodeEnvelope, wireType, type Instant } from '@quayside/contracts';
import type { OutgoingRecord } from '@quayside/kafka';
import { expiryIdentity, type DueReservation } from '@quayside/store';

export interface ExpiryPorts {
  /** Partitions that this process owns now. */
  readonly partitions: () => readonly number[];
  readonly readDue: (asked: { partitions: readonly number[]; now: Instant; limit: number }) => Promise<readonly DueReservation[]>;
  /** Appends to `supply.events`. */
  readonly append: (records: readonly OutgoingRecord[]) => Promise<void>;
  readonly now: () => Instant;
  readonly onFault: (cause: unknown) => void;
}

/** How often due reservations are looked for. */
const LOOK_MS = 500;
/** Appended in one look for a partition; the next look goes on. */
const DUE_MAX = 200;
/** What was appended is not appended again before this: it acts where it stands in the log, as soon as that is read. */
const AGAIN_MS = 10_000;

/**
 * Appends `reservation.expired` for each expiry that has come. Nothing changes here: the record acts where it stands in
 * the log, if that expiry still stands; appended twice, it acts once.
 */
export function startExpiryClock(ports: ExpiryPorts): { close(): Promise<void> } {
  const sent = new Map<string, Instant>();
  let looking: Promise<void> = Promise.resolve();
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    looking = look(ports, sent)
      .catch((cause: unknown) => ports.onFault(cause))
      .finally(() => {
        isLooking = false;
      });
  }, LOOK_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}

async function look({ partitions, readDue, append, now }: ExpiryPorts, sent: Map<string, Instant>): Promise<void> {
  const at = now();
  for (const [id, sentAt] of sent) if (at - sentAt > AGAIN_MS) sent.delete(id);
  const due = await readDue({ partitions: partitions(), now: at, limit: DUE_MAX });
  const fresh = due.filter((each) => !sent.has(expiryIdentity(each).id));
  if (fresh.length === 0) return;
  await append(fresh.map((each) => recordOf(each)));
  for (const each of fresh) sent.set(expiryIdentity(each).id, at);
}

function recordOf(due: DueReservation): OutgoingRecord {
  const { partition, location, reference, expiresAt, expiryOffset } = due;
  const identity = expiryIdentity(due);
  return {
    partition,
    key: location,
    value: encodeEnvelope({
      v: 1,
      occurredAt: expiresAt,
      receivedAt: expiresAt,
      hash: createHash('sha256').update(identity.id).digest('base64url'),
      sender: 'quayside',
      event: { specversion: '1.0', ...identity, type: wireType('reservation.expired'), data: { location, reservation: reference, expiryOffset } },
    }),
  };
}
