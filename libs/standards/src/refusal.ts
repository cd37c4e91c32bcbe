import { PROBLEMS, problemType, type ProblemCode } from './problems.js';

/** An expected refusal, as a value: which problem, where (JSON pointer into the event), and which value, where that is short and harmless. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly pointer?: string;
  readonly value?: string | number | boolean | null;
}

/** Body of an `application/problem+json` answer (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly pointer?: string;
  readonly value?: string | number | boolean | null;
  readonly fix: string;
  readonly requestId: string;
}

/** Writes a refusal as the world sees it; `requestId` finds it in the logs. */
export function showProblem(refusal: Refusal, requestId: string): Problem {
  const { status, title, fix } = PROBLEMS[refusal.code];
  const { code, detail, ...where } = refusal;
  return { type: problemType(code), title, status, detail, ...where, fix, requestId };
}

/** Longest excerpt of a refused text in an answer, characters: enough to recognise it, too short to leak a body. */
const EXCERPT_CHARACTERS_MAX = 80;

/** The `value` of a refusal: scalars, long texts cut; nothing for objects, arrays, and text that is no valid Unicode. */
export function excerpt(value: unknown): { value?: string | number | boolean | null } {
  if (typeof value === 'string') {
    const short = value.length > EXCERPT_CHARACTERS_MAX ? `${value.slice(0, EXCERPT_CHARACTERS_MAX)}…` : value;
    return /\p{Surrogate}/u.test(short) ? {} : { value: short };
  }
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? { value } : {};
}

/** JSON pointer (RFC 6901) of a path; '' is the whole document. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
