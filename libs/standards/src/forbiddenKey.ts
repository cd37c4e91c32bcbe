const FORBIDDEN_KEY = /^(?:__.*__|constructor|prototype)$/s;
const UNDERSCORE = 95,
  LETTER_C = 99,
  LETTER_P = 112;

/** Whether a name could reach an object's prototype when some later code copies it: such names never get in, from JSON or from headers. */
export function isForbiddenKey(key: string): boolean {
  // One look at the first letter spares nearly every key the pattern.
  const first = key.charCodeAt(0);
  return (first === UNDERSCORE || first === LETTER_C || first === LETTER_P) && FORBIDDEN_KEY.test(key);
}
