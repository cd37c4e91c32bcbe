/** Exit codes of every command: done, found something wrong (or failed), called wrongly. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something that a person can act on: what was attempted, why it did not work, what to do about it. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  readonly exitCode: ExitCode;

  constructor(facts: { readonly what: string; readonly why: string; readonly fix: string; readonly exitCode?: ExitCode; readonly cause?: unknown }) {
    super(`${facts.what}: ${facts.why}`, { cause: facts.cause });
    this.what = facts.what;
    this.why = facts.why;
    this.fix = facts.fix;
    this.exitCode = facts.exitCode ?? EXIT.failed;
  }
}

/** A call that makes no sense. */
export const usageFault = (what: string, why: string, fix: string): Fault => new Fault({ what, why, fix, exitCode: EXIT.usage });

/** Whatever was thrown, in a form that can be acted on. Errors of the servers are told apart by their codes, never by their class. */
function explain(error: unknown): Fault {
  if (isFault(error)) return error;
  const code = codeOf(error);
  const why = messageOf(error);
  const known = KNOWN.find(({ codes, names }) => codes?.includes(code) === true || names?.test(nameOf(error)) === true);
  if (known !== undefined) return new Fault({ what: known.what, why, fix: known.fix, cause: error });
  return new Fault({ what: 'It did not work', why, fix: 'Run it again with DEBUG=1 to see where this comes from, and report it if it stays.', cause: error });
}

interface Known {
  readonly codes?: readonly string[];
  readonly names?: RegExp;
  readonly what: string;
  readonly fix: string;
}

const DOCTOR = 'Run `npm run quayside -- doctor`: it says which part is away. `npm start` starts everything.';

const KNOWN: readonly Known[] = [
  {
    codes: ['42P01', '3F000'],
    what: 'Postgres has no tables of Quayside',
    fix: 'Run `npm start` once, or `node tools/setup.mjs` with the same servers; QUAYSIDE_SCHEMA has to name the same schema.',
  },
  { codes: ['28P01', '28000', '3D000'], what: 'Postgres does not let us in', fix: 'Correct DATABASE_URL, or use the endpoints file that `npm start` wrote.' },
  {
    codes: ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', 'ECONNRESET', 'UND_ERR_CONNECT_TIMEOUT', '57P01', '57P03'],
    what: 'A server does not answer',
    fix: DOCTOR,
  },
  { names: /^(KafkaJS.*|MaxRetriesPerRequestError|TimeoutError)$/, what: 'A server does not answer', fix: DOCTOR },
];

/** Prints a fault for a person; its stack only where DEBUG is set. */
export function reportFault(error: unknown, to: { readonly stream: NodeJS.WritableStream; readonly debug: boolean }): ExitCode {
  const fault = explain(error);
  to.stream.write(`✗ ${fault.what}\n  Why: ${fault.why}\n  What to do: ${fault.fix.replaceAll('\n', '\n    ')}\n`);
  if (to.debug && fault.cause instanceof Error) to.stream.write(`${fault.cause.stack ?? ''}\n`);
  return fault.exitCode;
}

/** What an error says, in one line and never empty. GraphQL's errors and a socket's events are plain objects with a message. */
export function messageOf(error: unknown): string {
  const texts = typeof error === 'object' && error !== null ? [textOf(error), ...causesOf(error)] : [String(error)];
  const said = texts.filter((text, index) => text !== '' && !texts.slice(0, index).some((earlier) => earlier.includes(text)));
  return (said.length === 0 ? codeOf(error) || 'no reason was given' : said.join(': ')).replace(/\s*\n\s*/g, ' ');
}

function causesOf(error: object): string[] {
  if (error instanceof AggregateError) return error.errors.slice(0, 1).map(messageOf);
  return 'cause' in error && error.cause instanceof Error ? [messageOf(error.cause)] : [];
}

const textOf = (error: object): string => ('message' in error && typeof error.message === 'string' ? error.message : '');

/** The code of an error, or of what caused it; '' where there is none. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === 'string' ? code : codeOf(cause);
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
const isFault = (error: unknown): error is Fault => error instanceof Error && error.name === 'Fault';
