import { parseArgs } from 'node:util';
import { Failure } from './failure.mjs';

/**
 * The options of a command line; an unknown one is refused with the list of those that there are.
 * @param {string} usage printed with the refusal
 * @param {import('node:util').ParseArgsConfig['options']} options
 */
export function readOptions(usage, options, { args = process.argv.slice(2), allowPositionals = false } = {}) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals });
  } catch (error) {
    throw new Failure({ what: 'This command line cannot be read', why: error.message.split('. ')[0], fix: usage, exitCode: 2, cause: error });
  }
}

/** A whole number within bounds, or undefined where the option was not given. */
export function readInteger(name, text, { min, max }) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new Failure({ what: `--${name} ${text} makes no sense`, why: `a whole number from ${min} to ${max} is expected`, exitCode: 2 });
}

export function readChoice(name, text, choices) {
  if (text === undefined || choices.includes(text)) return text;
  throw new Failure({ what: `--${name} ${text} makes no sense`, why: `one of ${choices.join(', ')} is expected`, exitCode: 2 });
}
