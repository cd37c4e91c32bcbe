import { readJson } from '../host/files.mjs';
import { stackParts } from './bringUp.mjs';

/**
 * The running stack that a `stack.json` describes (QUAYSIDE_TEST_STACK in `npm test`), so that a test can stop,
 * kill and start its parts. What a test has started again is ended by the one who owns the stack's folder.
 * @param {string} path
 */
export function attachStack(path) {
  const description = readJson(path);
  if (description === null) throw new Error(`no stack is described in ${path}`);
  const { kind, root, home, cache, ports } = description;
  const parts = kind === 'environment' ? {} : stackParts({ root, home, cache, ports }, kind);
  return { ...description, parts };
}
