import picocolors from 'picocolors';

export type OutputForm = 'text' | 'ndjson';

/** Where a command's results go: text for a person, one JSON object a line for a program. News on the way go to standard error. */
export interface Output {
  readonly form: OutputForm;
  /** One result. `text` is only made where it is shown. */
  result(record: object, text: (colors: Colors) => string): void;
  /** Something on the way that is no result. */
  note(text: string): void;
}
export type Colors = ReturnType<typeof picocolors.createColors>;

/** Text on a terminal, NDJSON otherwise, unless told. */
export function makeOutput(streams: { readonly out: NodeJS.WriteStream; readonly err: NodeJS.WriteStream }, asked?: OutputForm): Output {
  const form = asked ?? (streams.out.isTTY ? 'text' : 'ndjson');
  const colors = picocolors.createColors(form === 'text' && streams.out.isTTY && picocolors.isColorSupported);
  return {
    form,
    result: (record, text) => void streams.out.write(form === 'text' ? `${text(colors)}\n` : `${JSON.stringify(record)}\n`),
    note: (text) => void streams.err.write(`${text}\n`),
  };
}
