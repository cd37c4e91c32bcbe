import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Failure } from '../host/failure.mjs';

/** Reads a Dockerfile the way Docker does; throws a Failure with a line for each fault. */
export async function lintDockerfile(path) {
  // Imported late: the other checks must run where this one's package is not installed yet.
  const { validate } = await import('dockerfile-utils');
  const faults = validate(readFileSync(path, 'utf8'));
  if (faults.length === 0) return;
  const lines = faults.map(({ range, message }) => `${relative(process.cwd(), path)}:${range.start.line + 1} ${message}`);
  throw new Failure({ what: 'It found something', why: lines.join('\n') });
}
