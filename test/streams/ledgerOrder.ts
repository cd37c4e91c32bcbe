/** What rows of a ledger stream, over all of its resumes, have wrong against the rows that are there. */
export interface LedgerFaults {
  readonly missing: number;
  readonly doubled: number;
  readonly unknown: number;
  /** Rows that came before an earlier one of their partition. */
  readonly reordered: number;
}

/** Ids are opaque to clients; a test of the order may look inside. */
export const ledgerId = (partition: number, offset: number, line: number): string =>
  Buffer.from(['ledger', partition, offset, line].join('\t')).toString('base64url');

export function ledgerFaults(received: readonly string[], truth: ReadonlySet<string>): LedgerFaults {
  const seen = new Set<string>();
  const heads = new Map<number, readonly [number, number]>();
  let [doubled, unknown, reordered] = [0, 0, 0];
  for (const id of received) {
    if (seen.has(id)) doubled++;
    seen.add(id);
    if (!truth.has(id)) unknown++;
    const [partition = -1, offset = -1, line = -1] = Buffer.from(id, 'base64url').toString().split('\t').slice(1).map(Number);
    const head = heads.get(partition);
    if (head !== undefined && (offset < head[0] || (offset === head[0] && line <= head[1]))) reordered++;
    heads.set(partition, [offset, line]);
  }
  const missing = [...truth].filter((id) => !seen.has(id)).length;
  return { missing, doubled, unknown, reordered };
}
