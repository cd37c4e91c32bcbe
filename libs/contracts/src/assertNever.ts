/** Ends a switch over a union: the compiler refuses a forgotten alternative, and one that slips in at run time throws. */
export function assertNever(value: never): never {
  throw new Error(`An alternative that nobody handles: ${JSON.stringify(value)}`);
}
