import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { checkColumns, eventOfRow, type CsvDefaults, type CsvRow } from './csvEvents.js';
import { Fault, messageOf, usageFault } from './fault.js';
import { onOneLine, splitJson } from './splitJson.js';

export type EventFileForm = 'json' | 'ndjson' | 'csv';
export interface EventFile {
  /** A path, or `-` for standard input. */
  readonly name: string;
  readonly form: EventFileForm | undefined;
  readonly source: string;
  readonly type: string | null;
}

/** A JSON document is read whole; what is larger comes as NDJSON, which is read as it goes. */
const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024;
const FORMS: Readonly<Record<string, EventFileForm>> = { '.json': 'json', '.ndjson': 'ndjson', '.jsonl': 'ndjson', '.csv': 'csv' };

/** The events of a file as JSON texts of one line each, read as they are asked for. Throws Fault for a file that cannot be read. */
export async function* readEvents(file: EventFile, stdin: Readable): AsyncGenerator<string> {
  const isFile = file.name !== '-';
  if (isFile) await mustBeFile(file.name);
  const form = file.form ?? (isFile ? FORMS[extname(file.name).toLowerCase()] : 'ndjson');
  if (form === undefined)
    throw usageFault(`What is in ${file.name}?`, 'its name ends in none of .json, .ndjson, .jsonl, .csv', 'Say it with --format json, ndjson or csv.');
  const input = isFile ? createReadStream(file.name) : stdin;
  if (form === 'csv') yield* readCsv(input, { fileName: isFile ? basename(file.name) : null, source: file.source, type: file.type });
  else if (form === 'json') yield* await readDocument(input);
  else yield* readLines(input);
}

async function mustBeFile(name: string): Promise<void> {
  const found = await stat(name).catch((cause: unknown) => {
    throw new Fault({ what: `${name} cannot be read`, why: messageOf(cause), fix: 'Name a file, or - for standard input.', exitCode: 2, cause });
  });
  if (!found.isFile() && !found.isFIFO()) throw usageFault(`${name} cannot be sent`, 'it is no file', 'Name a file, or - for standard input.');
}

async function* readLines(input: Readable): AsyncGenerator<string> {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line.trim() !== '') yield line;
}

async function readDocument(input: Readable): Promise<string[]> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const buffer = Buffer.from(chunk as Uint8Array | string);
    bytes += buffer.length;
    if (bytes > DOCUMENT_BYTES_MAX)
      throw usageFault(
        'The JSON document is too large',
        `it has over ${DOCUMENT_BYTES_MAX / 1024 / 1024} MiB and would be read whole`,
        'Send it as NDJSON (one event a line): `jq -c .[]` makes it.',
      );
    chunks.push(buffer);
  }
  const events = splitJson(Buffer.concat(chunks).toString('utf8'));
  if (events === null)
    throw usageFault(
      'The file is no JSON document',
      'it is neither an object nor a list of objects',
      'Send one CloudEvent, a list of them, or --format ndjson with one a line.',
    );
  return events.map(onOneLine);
}

async function* readCsv(input: Readable, defaults: CsvDefaults): AsyncGenerator<string> {
  const parser = input.pipe(parse({ bom: true, columns: (names: string[]) => (checkColumns(names), names), skip_empty_lines: true, trim: true }));
  input.on('error', (cause) => parser.destroy(cause));
  let rowNumber = 0;
  try {
    for await (const row of parser) yield eventOfRow(row as CsvRow, (rowNumber += 1), defaults);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'Fault') throw cause;
    throw new Fault({
      what: 'The CSV cannot be read',
      why: `after row ${rowNumber}: ${messageOf(cause)}`,
      fix: 'Correct the row; what came before it was sent under its ids, and may be sent again.',
      cause,
    });
  }
}
