import { isForbiddenKey } from './forbiddenKey.js';
import type { ProblemCode } from './problems.js';
import { excerpt } from './refusal.js';
import { TEXT_BYTES_MAX, textFault } from './textFault.js';

/** Levels of objects and arrays that one event may nest (api.md, "Limits"). */
export const NESTING_MAX = 32;
/** Keys of one object (api.md). */
export const KEYS_MAX = 256;
/** Faults kept of one text: one for each event of the largest batch; texts with more are refused as a whole anyway. */
const FAULTS_MAX = 1_000;

/** What is wrong at one place of a text. `path` leads to it from the root. */
export interface JsonFault {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly path: readonly (string | number)[];
  readonly value?: string | number | boolean | null;
}

export type JsonReading =
  /** `spans` has start and end (in UTF-16 units) of each element of a root array, one after the other. `faults`: the first of each root element, in order. */
  | { readonly kind: 'read'; readonly value: unknown; readonly faults: readonly JsonFault[]; readonly spans: readonly number[] }
  /** The text is not JSON, or nests too deep to go on: nothing of it is used. */
  | { readonly kind: 'unreadable'; readonly fault: JsonFault };

/**
 * Reads JSON strictly, in one pass: what a lenient reader would change in silence (duplicate keys, `__proto__`, digits beyond a
 * double, lone surrogates, control characters) is a fault with its place. Reading goes on behind such a fault, so that
 * one bad event of a batch costs only itself. `nestingMax` counts open objects and arrays.
 */
export function readJson(text: string, nestingMax: number = NESTING_MAX): JsonReading {
  const reader = new JsonReader(text, nestingMax);
  try {
    const value = reader.root();
    return { kind: 'read', value, faults: reader.faults, spans: reader.spans };
  } catch (cause) {
    if (cause instanceof Unreadable) return { kind: 'unreadable', fault: cause.fault };
    throw cause;
  }
}

/** Leaves the recursion at a place behind which nothing can be read; never leaves this file. */
class Unreadable extends Error {
  constructor(readonly fault: JsonFault) {
    super(fault.detail);
  }
}

const QUOTE = 34,
  BACKSLASH = 92,
  COMMA = 44,
  COLON = 58,
  MINUS = 45,
  DOT = 46,
  ZERO = 48,
  NINE = 57;
const OPEN_BRACE = 123,
  CLOSE_BRACE = 125,
  OPEN_BRACKET = 91,
  CLOSE_BRACKET = 93;
const BLANK = 32,
  TAB = 9,
  NEWLINE = 10,
  RETURN = 13;

/** Whole numbers of up to this many digits are exact in a double, whatever the digits. */
const SURE_DIGITS = 15;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class JsonReader {
  readonly faults: JsonFault[] = [];
  readonly spans: number[] = [];
  private at = 0;
  /** Keys and indexes that lead to where the reader stands; only the first `depth` count. */
  private readonly path: (string | number)[] = [];
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly nestingMax: number,
  ) {}

  root(): unknown {
    const value = this.value();
    this.skipBlanks();
    if (this.at < this.text.length) this.stop('the text goes on after the value');
    return value;
  }

  private value(): unknown {
    const code = this.skipBlanks();
    if (code === QUOTE) return this.string();
    if (code === OPEN_BRACE) return this.object();
    if (code === OPEN_BRACKET) return this.array();
    if (code === MINUS || (code >= ZERO && code <= NINE)) return this.number();
    if (this.text.startsWith('true', this.at)) return this.literal('true', true);
    if (this.text.startsWith('false', this.at)) return this.literal('false', false);
    if (this.text.startsWith('null', this.at)) return this.literal('null', null);
    return this.stop(Number.isNaN(code) ? 'the text ends where a value should be' : 'a value should be here');
  }

  private literal<T>(word: string, value: T): T {
    this.at += word.length;
    return value;
  }

  private object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    const depth = this.enter();
    let keys = 0;
    if (this.skipBlanks() === CLOSE_BRACE) return this.leave(object);
    for (;;) {
      if (this.skipBlanks() !== QUOTE) this.stop('a key in quotes should be here');
      const key = this.key(depth);
      if (this.skipBlanks() !== COLON) this.stop('a colon should be here');
      this.at++;
      const isKept = this.isKeyGood(object, key, ++keys);
      const value = this.value();
      if (isKept) object[key] = value;
      const next = this.skipBlanks();
      if (next === CLOSE_BRACE) return this.leave(object);
      if (next !== COMMA) this.stop('a comma or } should be here');
      this.at++;
    }
  }

  /** Reads a key and makes it the end of the path. What is wrong with the key's own text is told of the object around it. */
  private key(depth: number): string {
    this.depth--;
    const key = this.string();
    this.depth = depth;
    this.path[depth - 1] = key;
    return key;
  }

  private isKeyGood(object: Record<string, unknown>, key: string, count: number): boolean {
    const name = key.length > 40 ? `${key.slice(0, 40)}…` : key;
    if (count > KEYS_MAX) return this.refuse('too-many-keys', `an object has over ${KEYS_MAX} keys`);
    // Values are never undefined, so the cheap look-up rules out nearly every key.
    if (object[key] !== undefined && Object.hasOwn(object, key)) return this.refuse('duplicate-key', `the key ${JSON.stringify(name)} appears twice`);
    if (isForbiddenKey(key)) return this.refuse('forbidden-key', `the key ${JSON.stringify(name)} is forbidden`);
    return true;
  }

  private array(): unknown[] {
    const array: unknown[] = [];
    const depth = this.enter();
    if (this.skipBlanks() === CLOSE_BRACKET) return this.leave(array);
    for (;;) {
      this.path[depth - 1] = array.length;
      this.skipBlanks();
      const from = this.at;
      array.push(this.value());
      if (depth === 1) this.spans.push(from, this.at);
      const next = this.skipBlanks();
      if (next === CLOSE_BRACKET) return this.leave(array);
      if (next !== COMMA) this.stop('a comma or ] should be here');
      this.at++;
    }
  }

  private enter(): number {
    if (this.depth >= this.nestingMax)
      throw new Unreadable({ code: 'too-deep', detail: `objects and arrays nest over ${NESTING_MAX} levels deep`, path: this.path.slice(0, this.depth) });
    this.at++;
    return ++this.depth;
  }

  private leave<T>(container: T): T {
    this.depth--;
    this.at++;
    return container;
  }

  private string(): string {
    const { text } = this;
    const from = ++this.at;
    let beyondAscii = false;
    for (let at = from; ; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return this.checkString(text.slice(from, at), beyondAscii);
      }
      if (code === BACKSLASH) return this.escapedString(from, at);
      if (code < BLANK) this.stopAt(at, 'a control character inside a string has to be escaped');
      if (code >= 0x7f) beyondAscii = true;
      if (Number.isNaN(code)) this.stopAt(at, 'the text ends inside a string');
    }
  }

  private escapedString(from: number, firstEscape: number): string {
    const { text } = this;
    let result = text.slice(from, firstEscape);
    for (let at = firstEscape; ;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return this.checkString(result, true);
      }
      if (Number.isNaN(code)) this.stopAt(at, 'the text ends inside a string');
      if (code < BLANK) this.stopAt(at, 'a control character inside a string has to be escaped');
      if (code === BACKSLASH) {
        const escaped = text.charAt(at + 1);
        const hex = escaped === 'u' ? /^[0-9a-fA-F]{4}$/.exec(text.slice(at + 2, at + 6)) : null;
        const character = hex === null ? ESCAPES[escaped] : String.fromCharCode(parseInt(hex[0], 16));
        if (character === undefined) this.stopAt(at, 'no such escape');
        result += character;
        at += hex === null ? 2 : 6;
      } else {
        const start = at;
        for (let next = code; next !== QUOTE && next !== BACKSLASH && next >= BLANK; next = text.charCodeAt(++at));
        result += text.slice(start, at);
      }
    }
  }

  /** Short plain ASCII, which nearly every text is, needs no second look. */
  private checkString(string: string, isSuspect: boolean): string {
    const fault = isSuspect || string.length > TEXT_BYTES_MAX ? textFault(string) : null;
    if (fault !== null) this.refuse(fault.code, fault.detail);
    return string;
  }

  private number(): number {
    const { text } = this;
    const isNegative = text.charCodeAt(this.at) === MINUS;
    const from = isNegative ? this.at + 1 : this.at;
    let at = from;
    let value = 0;
    let code = text.charCodeAt(at);
    for (; code >= ZERO && code <= NINE && at - from <= SURE_DIGITS; code = text.charCodeAt(++at)) value = value * 10 + code - ZERO;
    const digits = at - from;
    const isPlain = digits > 0 && digits <= SURE_DIGITS && code !== DOT && code !== 101 && code !== 69 && (digits === 1 || text.charCodeAt(from) !== ZERO);
    if (!isPlain) return this.longNumber();
    this.at = at;
    return isNegative && value !== 0 ? -value : value;
  }

  /** A number with a fraction, an exponent or many digits: taken when the double it becomes is the same number. */
  private longNumber(): number {
    NUMBER.lastIndex = this.at;
    const literal = NUMBER.exec(this.text)?.[0];
    if (literal === undefined) return this.stop('a number is not written as JSON wants it');
    this.at += literal.length;
    const value = Number(literal);
    if (!(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) this.refuse('number-out-of-range', 'a number lies beyond ±(2^53 − 1)', literal);
    else if (decimalForm(literal) !== decimalForm(String(value)))
      this.refuse('number-not-exact', 'a number has more digits than a 64-bit float keeps', literal);
    return value === 0 ? 0 : value;
  }

  private skipBlanks(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code > BLANK || (code !== BLANK && code !== NEWLINE && code !== RETURN && code !== TAB)) return code;
      this.at++;
    }
  }

  /** Notes a fault at the present place, unless its root element has one already; false, for the caller to hand on. */
  private refuse(code: ProblemCode, detail: string, value?: string): false {
    const path = this.path.slice(0, this.depth);
    const last = this.faults[this.faults.length - 1];
    const isSameElement = last !== undefined && last.path[0] === path[0];
    if (!isSameElement && this.faults.length < FAULTS_MAX) this.faults.push({ code, detail, path, ...(value === undefined ? {} : excerpt(value)) });
    return false;
  }

  private stop(what: string): never {
    return this.stopAt(this.at, what);
  }

  private stopAt(at: number, what: string): never {
    const before = this.text.slice(0, at).split('\n');
    const column = (before[before.length - 1]?.length ?? 0) + 1;
    throw new Unreadable({ code: 'malformed-json', detail: `line ${before.length}, column ${column}: ${what}`, path: [] });
  }
}

/** Sign, significant digits and exponent of a JSON number: equal for two spellings of one number. Linear in its length. */
function decimalForm(literal: string): string {
  const [mantissa = '', exponent = '0'] = literal.toLowerCase().split('e');
  const unsigned = mantissa.startsWith('-') ? mantissa.slice(1) : mantissa;
  const [whole = '', fraction = ''] = unsigned.split('.');
  const digits = whole + fraction;
  let from = 0;
  while (from < digits.length && digits.charCodeAt(from) === ZERO) from++;
  let to = digits.length;
  while (to > from && digits.charCodeAt(to - 1) === ZERO) to--;
  if (from === to) return '0';
  const sign = mantissa.startsWith('-') ? '-' : '';
  return `${sign}${digits.slice(from, to)}e${Number(exponent) - fraction.length + (digits.length - to)}`;
}
