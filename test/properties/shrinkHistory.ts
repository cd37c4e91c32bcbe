import type { Draft, LoggedDraft } from './historyRecord.js';

/** Smallest history found that still fails: records are left out, in halves first, then lines, then quantities made 1. */
export function shrinkHistory(history: readonly LoggedDraft[], fails: (candidate: readonly LoggedDraft[]) => boolean): readonly LoggedDraft[] {
  let smallest = history;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const candidate of candidates(smallest)) {
      if (!fails(candidate)) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

function* candidates(history: readonly LoggedDraft[]): Generator<readonly LoggedDraft[]> {
  for (let size = Math.ceil(history.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < history.length; from += size) yield [...history.slice(0, from), ...history.slice(from + size)];
  }
  for (const [index, { draft, at }] of history.entries()) {
    for (const simpler of simplerDrafts(draft)) yield history.with(index, { draft: simpler, at });
  }
}

function* simplerDrafts(draft: Draft): Generator<Draft> {
  const { lines } = draft.data;
  if (!Array.isArray(lines)) return;
  const list: readonly unknown[] = lines;
  if (list.length > 1) for (const index of list.keys()) yield { ...draft, data: { ...draft.data, lines: list.toSpliced(index, 1) } };
  for (const [index, line] of list.entries()) {
    for (const smaller of smallerLines(line)) yield { ...draft, data: { ...draft.data, lines: list.with(index, smaller) } };
  }
}

function* smallerLines(line: unknown): Generator<object> {
  if (typeof line !== 'object' || line === null) return;
  if ('quantity' in line && typeof line.quantity === 'number' && line.quantity > 1) {
    yield { ...line, quantity: 1 };
    yield { ...line, quantity: line.quantity - 1 };
  }
  if ('counted' in line && typeof line.counted === 'number' && line.counted > 0) yield { ...line, counted: 0 };
  for (const key of ['lot', 'bucket'] as const) if (key in line) yield Object.fromEntries(Object.entries(line).filter(([name]) => name !== key));
}
