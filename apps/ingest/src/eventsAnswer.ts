import { PROBLEMS, quote, showProblem, type Refusal, type SettledItem } from '@quayside/standards';

/** An HTTP answer, ready to be written. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly text: string;
}

/** Seconds after which a caller who met 503 may try again: a broker of ours restarts within a few. */
const RETRY_AFTER_S = 1;
export const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export interface Answering {
  readonly isBatch: boolean;
  readonly requestId: string;
}

/** What a request's events came to (api.md, "Answers"): 202, 207, or one problem where all events share it. */
export function answerEvents(items: readonly SettledItem[], { isBatch, requestId }: Answering): Answer {
  const only = isBatch ? undefined : items[0];
  if (only?.kind === 'refused') return answerRefusal(only.refusal, requestId);
  const shared = sharedRefusal(items);
  if (shared !== null) return answerRefusals(items, shared, requestId);
  const rejected = count(items, 'refused');
  const duplicates = count(items, 'repeated');
  const status = rejected === 0 ? 'ACCEPTED' : 'PARTIALLY_ACCEPTED';
  const counts = `"status":"${status}","accepted":${items.length - rejected - duplicates},"duplicates":${duplicates},"rejected":${rejected}`;
  return { status: rejected === 0 ? 202 : 207, headers: JSON_HEADERS, text: `{${counts},"results":${resultTexts(items, requestId)}}` };
}

/** One refusal for a whole batch, with what became of each event. */
export function answerRefusals(items: readonly SettledItem[], refusal: Refusal, requestId: string): Answer {
  const whole = answerRefusal(refusal, requestId);
  return { ...whole, text: `${whole.text.slice(0, -1)},"results":${resultTexts(items, requestId)}}` };
}

/** A refusal of the whole request as problem+json, with the headers that its status asks for. */
export function answerRefusal(refusal: Refusal, requestId: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const text = JSON.stringify(showProblem(refusal, requestId));
  return { status: PROBLEMS[refusal.code].status, headers: { 'content-type': PROBLEM_TYPE, ...headersFor(refusal), ...headers }, text };
}

/** Any value as the answer. */
export const answerValue = (status: number, value: object): Answer => ({ status, headers: JSON_HEADERS, text: JSON.stringify(value) });

/** Where an event's status is found. Dots alone are no segment of a path: clients take them away, escaped or not. */
export function eventHref({ source, id }: { readonly source: string; readonly id: string }): string {
  if (isDots(id) || isDots(source)) return `/v1/events?source=${encodeURIComponent(source)}&id=${encodeURIComponent(id)}`;
  return `/v1/events/${segment(source)}/${segment(id)}`;
}

const isDots = (text: string): boolean => text === '.' || text === '..';
const NEEDS_NO_ESCAPE = /^[\w.~-]+$/;
const segment = (text: string): string => (NEEDS_NO_ESCAPE.test(text) ? text : encodeURIComponent(text));

const JSON_HEADERS = { 'content-type': JSON_TYPE };

function headersFor({ code }: Refusal): Record<string, string> {
  switch (code) {
    case 'unauthenticated':
      return { 'www-authenticate': 'Bearer realm="quayside"' };
    case 'log-unavailable':
    case 'overloaded':
    case 'store-unavailable':
    case 'draining':
      return { 'retry-after': String(RETRY_AFTER_S) };
    case 'unsupported-encoding':
      return { 'accept-encoding': 'gzip' };
    default:
      return {};
  }
}

/** The refusal that every event met, null when they differ. Of several, only the reason is shared, not the place. */
export function sharedRefusal(items: readonly SettledItem[]): Refusal | null {
  const first = items[0];
  if (first?.kind !== 'refused') return null;
  const { code } = first.refusal;
  if (!items.every((item) => item.kind === 'refused' && item.refusal.code === code)) return null;
  return items.length === 1
    ? first.refusal
    : { code, detail: `none of the ${items.length} events was accepted, all for this reason; the first: ${first.refusal.detail}` };
}

function resultTexts(items: readonly SettledItem[], requestId: string): string {
  let text = '[';
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item !== undefined) text += index === 0 ? resultText(item, { index, requestId }) : `,${resultText(item, { index, requestId })}`;
  }
  return `${text}]`;
}

/** Written by hand, since it is written for every event: JSON.stringify of the same costs three times as much. */
function resultText(item: SettledItem, { index, requestId }: { readonly index: number; readonly requestId: string }): string {
  if (item.kind === 'refused') return JSON.stringify({ index, ...rejectedResult(item, requestId) });
  const { event } = item.envelope;
  const status = item.kind === 'repeated' ? 'DUPLICATE' : 'ACCEPTED';
  return `{"index":${index},"id":${quote(event.id)},"source":${quote(event.source)},"status":"${status}","href":${quote(eventHref(event))}}`;
}

/** Result of a refused event. */
export function rejectedResult({ id, source, refusal }: Extract<SettledItem, { kind: 'refused' }>, requestId: string): object {
  return { id, source, status: 'REJECTED', problem: showProblem(refusal, requestId) };
}

function count(items: readonly SettledItem[], kind: SettledItem['kind']): number {
  return items.reduce((sum, item) => (item.kind === kind ? sum + 1 : sum), 0);
}
