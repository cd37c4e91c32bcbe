const FORBIDDEN_KEY = /^(?:__.*__|constructor|prototype)$/s;

/** Whether a name could reach an object's prototype when some later code copies it: such names never get in, from JSON or from headers. */
export const isForbiddenKey = (key: string): boolean => FORBIDDEN_KEY.test(key);
