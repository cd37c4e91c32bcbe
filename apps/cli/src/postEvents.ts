import { Fault, messageOf } from './fault.js';

/** What became of one batch. */
export interface Posted {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejected[];
  /** From the first attempt until the answer that counts, ms. */
  readonly tookMs: number;
  readonly attempts: number;
}
interface Rejected {
  /** Place in the batch. */
  readonly index: number;
  readonly id: string | null;
  readonly source: string | null;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly fix: string;
}

export interface Door {
  readonly url: string;
  readonly key: string;
  /** Attempts for one batch while ingest is away or busy. */
  readonly attemptsMax: number;
  readonly onRetry: (why: string, inMs: number) => void;
}

const ANSWER_MS_MAX = 10_000;
const BACKOFF_MS_MIN = 200;
const BACKOFF_MS_MAX = 10_000;
/** Statuses that become better by waiting. */
const PASSING = [429, 502, 503, 504];

/**
 * Posts events as NDJSON until ingest has answered for each. A repeat goes out under the same ids, so however often
 * it takes, each takes effect once. Rejects with Fault when it stays away, or lets nobody in.
 */
export async function postEvents(door: Door, events: readonly string[]): Promise<Posted> {
  const startedMs = performance.now();
  for (let attempt = 1; ; attempt++) {
    const answer = await postOnce(door, events);
    if (answer.kind === 'answered') return { ...readAnswer(answer, events.length), tookMs: performance.now() - startedMs, attempts: attempt };
    if (attempt >= door.attemptsMax) {
      throw new Fault({
        what: `Ingest did not take the events in ${attempt} attempts`,
        why: answer.why,
        fix: 'Send the same file again once ingest answers: what it has already is a repeat, and takes effect once. `npm run quayside -- doctor` says what is away.',
      });
    }
    const backoffMs = Math.max(answer.retryAfterMs, Math.min(BACKOFF_MS_MIN * 2 ** (attempt - 1), BACKOFF_MS_MAX) * (0.5 + Math.random() / 2));
    door.onRetry(answer.why, Math.round(backoffMs));
    await new Promise((resolve) => setTimeout(resolve, backoffMs));
  }
}

type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: AnswerBody }
  | { readonly kind: 'away'; readonly why: string; readonly retryAfterMs: number };

/** The bodies of 202 and 207, and problem+json (api.md, "Answers"): what of it is there is used. */
interface AnswerBody {
  readonly accepted?: number;
  readonly duplicates?: number;
  readonly results?: readonly {
    readonly index: number;
    readonly id: string | null;
    readonly source: string | null;
    readonly status: string;
    readonly problem?: ProblemBody;
  }[];
  readonly title?: string;
  readonly detail?: string;
  readonly fix?: string;
}
interface ProblemBody {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly fix: string;
}

async function postOnce({ url, key }: Door, events: readonly string[]): Promise<Answer> {
  try {
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body: `${events.join('\n')}\n`,
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const text = await response.text();
    if (PASSING.includes(response.status))
      return {
        kind: 'away',
        why: `it answered ${response.status} ${readBody(text).detail ?? ''}`.trim(),
        retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
      };
    return { kind: 'answered', status: response.status, body: readBody(text) };
  } catch (cause) {
    return { kind: 'away', why: messageOf(cause), retryAfterMs: 0 };
  }
}

/** Seconds; a date is not sent by ingest, and anything longer than our own longest pause is waited for in parts. */
function retryAfterMs(header: string | null): number {
  const seconds = Number(header ?? 0);
  return Number.isFinite(seconds) ? Math.min(seconds * 1_000, BACKOFF_MS_MAX) : 0;
}

function readBody(text: string): AnswerBody {
  try {
    return JSON.parse(text) as AnswerBody;
  } catch {
    return { detail: text.slice(0, 200) }; // Something between us and ingest has answered.
  }
}

function readAnswer({ status, body }: Extract<Answer, { kind: 'answered' }>, count: number): Pick<Posted, 'accepted' | 'duplicates' | 'rejected'> {
  if (status === 401 || status === 403) {
    if (body.results === undefined)
      throw new Fault({
        what: 'Ingest does not let us in',
        why: body.detail ?? `it answered ${status}`,
        fix: body.fix ?? 'Set QUAYSIDE_API_KEY to a key that is allowed this source and location: `quayside key list`.',
      });
  }
  const rejected = (body.results ?? []).flatMap(({ index, id, source, problem }) =>
    problem === undefined ? [] : [{ index, id, source, status: problem.status, title: problem.title, detail: problem.detail, fix: problem.fix }],
  );
  if (status === 202 || status === 207) return { accepted: body.accepted ?? 0, duplicates: body.duplicates ?? 0, rejected };
  if (rejected.length > 0) return { accepted: 0, duplicates: 0, rejected };
  const shared = { id: null, source: null, status, title: body.title ?? `HTTP ${status}`, detail: body.detail ?? '', fix: body.fix ?? '' };
  return { accepted: 0, duplicates: 0, rejected: Array.from({ length: count }, (_unused, index) => ({ index, ...shared })) };
}
