/** Thrown for a record that cannot be read; the message says what is wrong with it. Goes to quarantine, never further. */
export class UnreadableRecord extends Error {
  readonly code = 'UNREADABLE';
  override readonly name = 'UnreadableRecord';
}
