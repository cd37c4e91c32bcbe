/** Conditions of one query with their parameters, so that no value is ever part of the text. Each condition names its parameter as `?`. */
export class SqlConditions {
  private readonly texts: string[] = [];
  readonly values: unknown[] = [];

  /** Adds a condition; one that is asked of no value (null) is left out. */
  add(text: string, value: unknown): this {
    if (value === null) return this;
    this.texts.push(text.replaceAll('?', this.place(value)));
    return this;
  }

  /** Adds a condition without a parameter when `asked`. */
  addIf(asked: boolean, text: string): this {
    if (asked) this.texts.push(text);
    return this;
  }

  /** Adds a value and returns how the text refers to it. */
  place(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /** `WHERE …`, or nothing. */
  where(): string {
    return this.texts.length === 0 ? '' : `WHERE ${this.texts.map((text) => `(${text})`).join(' AND ')}`;
  }
}
