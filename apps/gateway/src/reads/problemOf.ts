import type { QuarantineReason } from '@quayside/contracts';
import type { SourceEvent } from '@quayside/store';
import { problemType } from './sourceEventFilter.js';

/** The SDL's Problem: RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string | null;
  readonly pointer: string | null;
}

/** Why each record is set aside, as ingest would answer if it knew then what the log knows. */
const PROBLEMS: Readonly<Record<QuarantineReason, { readonly title: string; readonly status: number }>> = {
  UNREADABLE: { title: 'The record cannot be read', status: 400 },
  ID_CONFLICT: { title: 'Another event came first under this id', status: 409 },
  OVERFLOW: { title: 'A number would leave the range', status: 422 },
  CLOCK_SKEW: { title: 'It is dated more than a day ahead', status: 422 },
  WRONG_PARTITION: { title: 'It stands where another location belongs', status: 422 },
  POISON: { title: 'The rules or the store cannot take it', status: 422 },
  VOID_NOT_ALLOWED: { title: 'What it takes back cannot be taken back', status: 422 },
};

/** Null for an event that was never set aside. */
export function problemOf({ problem }: Pick<SourceEvent, 'problem'>): Problem | null {
  if (problem === null) return null;
  const known = Object.entries(PROBLEMS).find(([reason]) => reason === problem.reason)?.[1];
  const { title, status } = known ?? { title: problem.reason, status: 422 };
  return { type: problemType(problem.reason), title, status, detail: problem.detail === '' ? null : problem.detail, pointer: null };
}
