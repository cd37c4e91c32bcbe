import { EVENT_PROBLEMS } from './eventProblems.js';
import { REQUEST_PROBLEMS } from './requestProblems.js';

/** Every problem that the door answers with (RFC 9457). A code, once published, keeps its meaning: callers match on it. */
export const PROBLEMS = { ...REQUEST_PROBLEMS, ...EVENT_PROBLEMS } as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** Type URI of a problem, relative to the service; its page is served there. */
export const problemType = (code: ProblemCode): string => `/problems/${code}`;

export const isProblemCode = (text: string): text is ProblemCode => Object.hasOwn(PROBLEMS, text);
