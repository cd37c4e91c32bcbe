/**
 * Something that a person can act on: what was attempted, why it failed, what to do about it.
 * Printed without a stack trace; everything else that is thrown is a fault of ours and keeps its trace.
 */
export class Failure extends Error {
  name = 'Failure';

  /** @param {{ what: string, why?: string, fix?: string, exitCode?: number, cause?: unknown }} facts */
  constructor({ what, why, fix, exitCode = 1, cause }) {
    super(why ? `${what}: ${why}` : what, { cause });
    this.what = what;
    this.why = why;
    this.fix = fix;
    this.exitCode = exitCode;
  }
}

/** Prints an error the way a person reads it and returns the exit code that goes with it. */
export function reportFailure(error, stream = process.stderr) {
  if (!(error instanceof Failure)) {
    stream.write(`\n${error?.stack ?? String(error)}\n`);
    return 1;
  }
  stream.write(`\n✗ ${error.what}\n`);
  if (error.why) stream.write(`${indent(error.why)}\n`);
  if (error.fix) stream.write(`  What to do:\n${indent(error.fix, '    ')}\n`);
  return error.exitCode;
}

function indent(text, by = '  ') {
  return text.replace(/^/gm, by);
}
