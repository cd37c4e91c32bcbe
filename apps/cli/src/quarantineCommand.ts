import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { encodeEnvelope, PARTITION_COUNT, showInstant, type EventEnvelope } from '@quayside/contracts';
import { Publisher } from '@quayside/kafka';
import { readQuarantined, readWaiting, type QuarantinedRow } from '@quayside/store';
import { EXIT, Fault, type ExitCode } from './fault.js';
import type { Output } from './output.js';
import type { Place } from './place.js';
import { logSettings, withStores, type Stores } from './stores.js';

const LISTED_MAX = 1_000;
const DECIDED_MS_MAX = 15_000;
const LOOK_MS = 100;

/** `quayside quarantine list`: records that wait for a person, with what is wrong with each. */
export async function listQuarantine(place: Place, output: Output): Promise<ExitCode> {
  return withStores(place, async ({ database }) => {
    const rows = await readWaiting(database.pool, LISTED_MAX);
    for (const row of rows) {
      const { record, ...facts } = row;
      const text = new TextDecoder().decode(record);
      output.result(
        { type: 'quarantined', place: placeOf(row), ...facts, recordedAt: showInstant(row.recordedAt), record: text },
        (colors) =>
          `${colors.yellow(placeOf(row))} ${showInstant(row.recordedAt)} ${row.reason} ${row.source ?? ''} ${row.id ?? ''}\n  ${row.detail}\n  ${text.slice(0, 300)}`,
      );
    }
    if (rows.length === 0) output.result({ type: 'summary', waiting: 0 }, (colors) => colors.green('Nothing waits in quarantine.'));
    return EXIT.ok;
  });
}

export interface DecisionAsked {
  readonly kind: 'released' | 'dismissed';
  /** `<partition>.<offset>`, as `list` prints it. */
  readonly place: string;
  readonly reason: string;
  readonly by: string;
  /** A file with the event's `data` to put in its place. */
  readonly dataFile?: string;
}

/** `quayside quarantine release | dismiss`: appends the decision to the log, as every change of state, and waits for what it came to. */
export async function decideQuarantined(place: Place, asked: DecisionAsked, output: Output): Promise<ExitCode> {
  const { partition, offset } = parsePlace(asked.place);
  const data = asked.dataFile === undefined ? undefined : await readData(asked.dataFile);
  return withStores(place, async (stores) => {
    const before = await mustFind(stores, partition, offset);
    if (before.state !== 'WAITING')
      throw new Fault({ what: `${asked.place} was not changed`, why: `it is ${before.state.toLowerCase()} already`, fix: 'Nothing: what was decided stays.' });
    await append(place, partition, encodeDecision(asked, { offset, data }));
    const after = await untilDecided(stores, before);
    const done = after.state !== 'WAITING';
    output.result({ type: 'decision', partition, offset, state: after.state, detail: after.detail }, (colors) =>
      done ? `${colors.green('✓')} ${asked.place} is ${after.state.toLowerCase()}.` : `${colors.red('✗')} ${asked.place} still waits.\n  Why: ${after.detail}`,
    );
    return done ? EXIT.ok : EXIT.failed;
  });
}

/** A place in the form that `parsePlace` takes. */
const placeOf = ({ partition, offset }: Pick<QuarantinedRow, 'partition' | 'offset'>): string => `${partition}.${offset}`;

function parsePlace(text: string): { partition: number; offset: number } {
  const [, partition, offset] = /^(\d{1,2})\.(\d{1,15})$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined || Number(partition) >= PARTITION_COUNT) {
    throw new Fault({
      what: `${text} is no place in quarantine`,
      why: 'partition and offset with a point between them are expected, such as 7.1234',
      fix: 'Look at `quarantine list`.',
      exitCode: EXIT.usage,
    });
  }
  return { partition: Number(partition), offset: Number(offset) };
}

async function readData(file: string): Promise<Record<string, unknown>> {
  const data: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>;
  throw new Fault({
    what: `${file} cannot replace an event's data`,
    why: 'it holds no JSON object',
    fix: 'Put the whole `data` of the event into it, corrected.',
    exitCode: EXIT.usage,
  });
}

async function mustFind({ database }: Stores, partition: number, offset: number): Promise<QuarantinedRow> {
  const row = await readQuarantined(database.pool, partition, offset);
  if (row === null)
    throw new Fault({ what: `${partition}.${offset} was not changed`, why: 'no quarantined record stands there', fix: 'Look at `quarantine list`.' });
  return row;
}

function encodeDecision(asked: DecisionAsked, { offset, data }: { offset: number; data: Record<string, unknown> | undefined }): string {
  const id = randomUUID();
  const now = Date.now();
  const event: EventEnvelope['event'] = {
    specversion: '1.0',
    id,
    source: 'quayside:cli',
    type: `quayside.quarantine.${asked.kind}.v1`,
    data: { offset, actor: asked.by, reason: asked.reason, ...(data === undefined ? {} : { data }) },
  };
  return encodeEnvelope({ v: 1, occurredAt: now, receivedAt: now, hash: id, sender: `user:${asked.by}`, event });
}

async function append(place: Place, partition: number, value: string): Promise<void> {
  const publisher = new Publisher(logSettings(place), () => {});
  try {
    await publisher.connect();
    await publisher.publish('events', [{ partition, value }]);
  } finally {
    await publisher.close();
  }
}

/** The row once it is decided, or once its detail says why the decision had no effect. */
async function untilDecided(stores: Stores, before: QuarantinedRow): Promise<QuarantinedRow> {
  const deadline = Date.now() + DECIDED_MS_MAX;
  for (;;) {
    const row = await mustFind(stores, before.partition, before.offset);
    if (row.state !== 'WAITING' || row.detail !== before.detail) return row;
    if (Date.now() > deadline)
      throw new Fault({
        what: 'The decision is in the log and was not taken yet',
        why: `its partition did not get to it within ${DECIDED_MS_MAX / 1_000} s`,
        fix: 'Look at `doctor`: inventory may be away. It is taken when it is back.',
      });
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
