import type { Reservation } from '@quayside/contracts';
import { readOrders, readPromises, type StoredOrder, type StoredPromise } from '@quayside/store';
import type { GatewayContext } from '../context.js';
import { decodeNodeId } from '../nodeId.js';
import { textOf } from '../reads/inputs.js';
import { findOrder } from '../reads/orderRef.js';
import { sees } from '../visible.js';
import type { Decided } from './commandLog.js';
import { InputReader } from './inputReader.js';
import { faultless, type ReadCommand, type Reading } from './readCommand.js';
import { readReserveStock } from './readReserveStock.js';
import { runCommand } from './runCommand.js';
import type { CommandParts } from './stockCommands.js';
import type { UserError } from './userErrors.js';

export interface ReserveStockPayload {
  /** Null while undecided, or refused; one for each line. */
  readonly reservations: readonly StoredPromise[] | null;
  readonly streamCursor: string | null;
  readonly userErrors: readonly UserError[];
}
export interface CancelOrderPayload {
  readonly order: StoredOrder | null;
  readonly streamCursor: string | null;
  readonly userErrors: readonly UserError[];
}

/** Promises of stock that people ask for and give up. */
export class PromiseCommands {
  constructor(private readonly parts: CommandParts) {}

  async reserve(input: unknown, context: GatewayContext): Promise<ReserveStockPayload> {
    const asked: { reference?: string } = {};
    const answer = await runCommand(this.parts, context, (reading) => {
      const read = readReserveStock(input, reading);
      if (read.kind === 'command') asked.reference = String(read.command.data['reservation']);
      return read;
    });
    return { reservations: reservationsOf(answer.outcome, asked.reference), ...answer.payload };
  }

  async release(input: unknown, context: GatewayContext): Promise<ReserveStockPayload> {
    const asked: { reference?: string; line?: number } = {};
    const answer = await runCommand(this.parts, context, async (reading) => {
      const read = await this.readRelease(input, reading);
      if (read.kind === 'command') Object.assign(asked, { reference: read.command.data['reservation'], line: read.command.data['line'] });
      return read;
    });
    const lines = reservationsOf(answer.outcome, asked.reference);
    return { reservations: lines?.filter(({ line }) => line === asked.line) ?? null, ...answer.payload };
  }

  async cancelOrder(input: unknown, context: GatewayContext): Promise<CancelOrderPayload> {
    const asked: { order?: StoredOrder } = {};
    const answer = await runCommand(this.parts, context, (reading) => this.readCancel(input, reading, asked));
    if (answer.done === null || asked.order === undefined) return { order: null, ...answer.payload };
    const [order = null] = await readOrders(this.parts.pool, [asked.order], this.parts.now());
    return { order, ...answer.payload };
  }

  /** A reservation that the user may not see is answered like one that does not exist. */
  private async readRelease(input: unknown, { visible, actor }: Reading): Promise<ReadCommand> {
    const reader = new InputReader(input, visible);
    const idempotencyKey = reader.idempotencyKey();
    const ref = decodeNodeId(textOf(reader.given, 'id') ?? '');
    const amount = reader.given['quantity'] == null ? null : reader.quantity(reader.given, { name: 'quantity', path: ['quantity'], min: 1 });
    const isSeen = ref !== null && (ref.kind === 'reservation' || ref.kind === 'promise') && sees(visible, ref.location);
    if (isSeen && ref.kind === 'promise') reader.add('ILLEGAL_TRANSITION', ['id'], `It is held for order ${ref.number}: cancel the line, or amend the order`);
    const { location = '', reference = '', line = 0 } = isSeen && ref.kind === 'reservation' ? ref : {};
    const known = reference === '' ? [] : await readPromises(this.parts.pool, [{ kind: 'reservation', location, reference, line }]);
    if (reader.faults.length === 0 && known.length === 0) reader.add('NOT_FOUND', ['id'], 'There is no such reservation');
    const data = { location, reservation: reference, line, ...(amount !== null && { quantity: amount }), actor };
    return faultless(reader, { name: 'reservation.released', at: { location }, data }, idempotencyKey);
  }

  private async readCancel(input: unknown, { visible, actor, now }: Reading, asked: { order?: StoredOrder }): Promise<ReadCommand> {
    const reader = new InputReader(input, visible);
    const idempotencyKey = reader.idempotencyKey();
    const reason = reader.reason('reason');
    const lines = readLineNumbers(reader);
    const order = await findOrder(this.parts.pool, reader.given['order'], { visible, now });
    if (order === null) reader.add('NOT_FOUND', ['order'], 'You have no such order');
    else asked.order = order;
    const { location = '', number = '' } = order ?? {};
    const data = { location, order: number, ...(lines !== null && { lines }), reason, actor };
    return faultless(reader, { name: 'order.cancelled', at: { location }, data }, idempotencyKey);
  }
}

/** Numbers of lines; null: the whole order. */
function readLineNumbers(reader: InputReader): number[] | null {
  const lines: unknown = reader.given['lines'];
  if (!Array.isArray(lines)) return null;
  const numbers = lines.filter((line) => typeof line === 'number' && line >= 1);
  if (numbers.length === 0 || numbers.length < lines.length)
    reader.add('INVALID', ['lines'], 'Give numbers of lines, from 1, or leave it out for the whole order');
  return numbers;
}

/** What a decision says of one reservation, a promise for each line; null where it says nothing. */
function reservationsOf(outcome: Decided | null, reference: string | undefined): StoredPromise[] | null {
  const changes = outcome?.changes ?? [];
  const found = changes.flatMap((change) => (change.kind === 'reservation' && change.reservation.reference === reference ? [change.reservation] : []));
  const newest = found[found.length - 1];
  return newest === undefined ? null : promisesOf(newest);
}

function promisesOf({ lines, location, reference, order, place, decidedAt, expiresAt }: Reservation): StoredPromise[] {
  return lines.map((line) => ({ kind: 'reservation', ...line, location, reference, order, place, decidedAt, expiresAt }));
}
