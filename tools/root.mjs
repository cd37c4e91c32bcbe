import { fileURLToPath } from 'node:url';

/** The checkout that these tools lie in, without a slash at its end; independent of the folder they are called from. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
