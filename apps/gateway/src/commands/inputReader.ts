import { LINE_QUANTITY_MAX, type Instant, type Quantity } from '@quayside/contracts';
import { CODE_CHARACTERS_MAX, asGiven, numberOf, pickCode, pickSku, textOf, type Given } from '../reads/inputs.js';
import { sees, type Visible } from '../visible.js';
import { fault, type InputError, type UserErrorCode } from './userErrors.js';

/** Longest idempotency key, characters: an event's id has 256, and some commands make several of one. */
const KEY_CHARACTERS_MAX = 128;
/** Longest other text, characters. */
const TEXT_CHARACTERS_MAX = 1_000;
/** A fact may be dated ahead by a day at most; beyond it would be set aside (domain.md, "Verdicts"). */
const AHEAD_MS_MAX = 24 * 3600 * 1000;
/** Ingest refuses the same: they break Postgres texts, or come back as another character. */
const UNFIT = /\p{Cc}|\p{Surrogate}/u;

/** Reads the fields of one `input` and gathers every fault, so that all are told at once. What is read is true only while there is none. */
export class InputReader {
  readonly faults: InputError[] = [];
  readonly given: Given;

  constructor(
    input: unknown,
    readonly visible: Visible,
  ) {
    this.given = asGiven(input);
  }

  add(code: UserErrorCode, path: readonly string[] | null, message: string): void {
    this.faults.push(fault(code, path, message));
  }

  idempotencyKey(): string {
    const key = textOf(this.given, 'idempotencyKey') ?? '';
    this.check(key, ['idempotencyKey'], KEY_CHARACTERS_MAX);
    return key;
  }

  /** A location that may be seen; one that may not is answered like one that does not exist. */
  location(): string {
    const code = pickCode(this.given['location']);
    if (code === null) this.add('NOT_FOUND', ['location'], 'The id is none of a location');
    else if (this.check(code, ['location'], CODE_CHARACTERS_MAX) && !sees(this.visible, code)) this.add('NOT_FOUND', ['location'], 'You have no such location');
    return code ?? '';
  }

  /** The sku of an ItemRef at a path. */
  sku(ref: unknown, path: readonly string[]): string {
    const sku = pickSku(ref);
    if (sku === null) this.add('NOT_FOUND', path, 'The id is none of an item');
    else this.check(sku, path, CODE_CHARACTERS_MAX);
    return sku ?? '';
  }

  /** A code that has to be there. */
  code(name: string): string {
    const value = textOf(this.given, name) ?? '';
    this.check(value, [name], CODE_CHARACTERS_MAX);
    return value;
  }

  /** A text that may be absent. */
  text(
    name: string,
    { source = this.given, path = [name], max = TEXT_CHARACTERS_MAX }: { source?: Given; path?: readonly string[]; max?: number } = {},
  ): string | null {
    const value = textOf(source, name);
    if (value !== null) this.check(value, path, max);
    return value;
  }

  /** A text that has to be there. */
  reason(name: string): string {
    const value = textOf(this.given, name) ?? '';
    this.check(value, [name], TEXT_CHARACTERS_MAX);
    return value;
  }

  quantity(source: Given, { name, path, min }: { name: string; path: readonly string[]; min: number }): Quantity {
    const value = numberOf(source, name) ?? 0;
    if (value < min || value > LINE_QUANTITY_MAX) this.add('INVALID', path, `From ${min} to ${LINE_QUANTITY_MAX}`);
    return value;
  }

  /** When it happened, where the caller says so. */
  happenedAt(name: string, now: Instant): Instant | null {
    const value = numberOf(this.given, name);
    if (value !== null && value > now + AHEAD_MS_MAX) this.add('INVALID', [name], 'It lies more than a day ahead');
    return value;
  }

  private check(value: string, path: readonly string[], max: number): boolean {
    const before = this.faults.length;
    if (value.trim() === '') this.add('BLANK', path, 'It is empty');
    else if (value.length > max) this.add('TOO_LONG', path, `At most ${max} characters`);
    else if (UNFIT.test(value)) this.add('INVALID', path, 'It holds a control character or half of one');
    return this.faults.length === before;
  }
}
