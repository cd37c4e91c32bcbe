/**
 * An object of an answer, read field by field. What the gateway sends is checked here once; behind this door types are true.
 * Every reader throws WireFault, which names the path, when a field is not what the schema says.
 */
export class Fields {
  private constructor(
    private readonly record: Readonly<Record<string, unknown>>,
    private readonly path: string,
  ) {}

  static of(value: unknown, path: string): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new WireFault(path, 'an object', value);
    return new Fields(value as Record<string, unknown>, path);
  }

  text(name: string): string {
    const value = this.record[name];
    if (typeof value !== 'string') throw new WireFault(`${this.path}.${name}`, 'a text', value);
    return value;
  }

  /** As it came, for what has no shape of its own (JSON). */
  raw(name: string): unknown {
    return this.record[name];
  }

  textOrNull(name: string): string | null {
    return this.record[name] === null ? null : this.text(name);
  }

  /** Milliseconds since 1970 of an RFC 3339 instant. */
  instantMs(name: string): number {
    const ms = Date.parse(this.text(name));
    if (Number.isNaN(ms)) throw new WireFault(`${this.path}.${name}`, 'an instant', this.record[name]);
    return ms;
  }

  instantMsOrNull(name: string): number | null {
    return this.record[name] === null ? null : this.instantMs(name);
  }

  /** Any number, for measures; quantities are `whole`. */
  number(name: string): number {
    const value = this.record[name];
    if (typeof value !== 'number') throw new WireFault(`${this.path}.${name}`, 'a number', value);
    return value;
  }

  numberOrNull(name: string): number | null {
    return this.record[name] === null ? null : this.number(name);
  }

  whole(name: string): number {
    const value = this.record[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new WireFault(`${this.path}.${name}`, 'a whole number', value);
    return value;
  }

  wholeOrNull(name: string): number | null {
    return this.record[name] === null ? null : this.whole(name);
  }

  flag(name: string): boolean {
    const value = this.record[name];
    if (typeof value !== 'boolean') throw new WireFault(`${this.path}.${name}`, 'true or false', value);
    return value;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.record[name];
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new WireFault(`${this.path}.${name}`, words.join(' | '), value);
    return word;
  }

  child(name: string): Fields {
    return Fields.of(this.record[name], `${this.path}.${name}`);
  }

  childOrNull(name: string): Fields | null {
    return this.record[name] === null ? null : this.child(name);
  }

  list<Item>(name: string, read: (value: unknown, path: string) => Item): Item[] {
    const value = this.record[name];
    if (!Array.isArray(value)) throw new WireFault(`${this.path}.${name}`, 'a list', value);
    return value.map((item: unknown, index) => read(item, `${this.path}.${name}[${index}]`));
  }

  /** For what the schema leaves out where there is nothing, as GraphQL's own envelope does: absent, or of another kind, is none. */
  textOrNone(name: string): string | null {
    const value = this.record[name];
    return typeof value === 'string' ? value : null;
  }

  childOrNone(name: string): Fields | null {
    return typeof this.record[name] === 'object' && this.record[name] !== null ? this.child(name) : null;
  }

  listOrNone<Item>(name: string, read: (value: unknown, path: string) => Item): Item[] {
    return this.record[name] === undefined || this.record[name] === null ? [] : this.list(name, read);
  }

  texts(name: string): string[] {
    return this.list(name, (value, path) => {
      if (typeof value !== 'string') throw new WireFault(path, 'a text', value);
      return value;
    });
  }
}

/** Thrown when an answer is not what schema.graphql says: page and gateway are of different versions. */
export class WireFault extends Error {
  readonly code = 'WIRE';
  override readonly name = 'WireFault';
  constructor(
    readonly path: string,
    readonly expected: string,
    value: unknown,
  ) {
    super(`The gateway's answer has ${JSON.stringify(value)?.slice(0, 40) ?? 'nothing'} at ${path}, where the schema says ${expected}`);
  }
}
