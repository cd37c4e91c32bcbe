import { showProblem, type Refusal, type SettledItem } from '@quayside/standards';

/** An HTTP answer, ready to be written. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** Seconds after which a caller who met 503 may try again: a broker of ours restarts within a few. */
const RETRY_AFTER_S = 1;

/** What a request's events came to (api.md, "Answers"): 202, 207, or one problem where all events share it. */
export function answerEvents(items: readonly SettledItem[], request: { readonly isBatch: boolean; readonly requestId: string }): Answer {
  const { isBatch, requestId } = request;
  const shared = sharedRefusal(items);
  const only = isBatch ? undefined : items[0];
  if (only?.kind === 'refused') return answerRefusal(only.refusal, requestId);
  const results = items.map((item, index) => showResult(item, { index, requestId }));
  if (shared !== null) {
    const refused = answerRefusal(shared, requestId);
    return { ...refused, body: { ...refused.body, results } };
  }
  const rejected = count(items, 'refused');
  const duplicates = count(items, 'repeated');
  const body = { status: rejected === 0 ? 'ACCEPTED' : 'PARTIALLY_ACCEPTED', accepted: items.length - rejected - duplicates, duplicates, rejected, results };
  return { status: rejected === 0 ? 202 : 207, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

/** A refusal of the whole request as problem+json, with the headers that its status asks for. */
export function answerRefusal(refusal: Refusal, requestId: string): Answer {
  const problem = showProblem(refusal, requestId);
  return { status: problem.status, headers: { 'content-type': 'application/problem+json; charset=utf-8', ...headersFor(refusal) }, body: problem };
}

function headersFor({ code }: Refusal): Record<string, string> {
  if (code === 'unauthenticated') return { 'www-authenticate': 'Bearer realm="quayside"' };
  if (code === 'log-unavailable' || code === 'overloaded') return { 'retry-after': String(RETRY_AFTER_S) };
  if (code === 'unsupported-encoding') return { 'accept-encoding': 'gzip' };
  return {};
}

/** The refusal that every event met, null when they differ. Of several, only the reason is shared, not the place. */
function sharedRefusal(items: readonly SettledItem[]): Refusal | null {
  const first = items[0];
  if (first?.kind !== 'refused') return null;
  const { code } = first.refusal;
  if (!items.every((item) => item.kind === 'refused' && item.refusal.code === code)) return null;
  return items.length === 1
    ? first.refusal
    : { code, detail: `none of the ${items.length} events was accepted, all for this reason; the first: ${first.refusal.detail}` };
}

function showResult(item: SettledItem, { index, requestId }: { readonly index: number; readonly requestId: string }): object {
  if (item.kind === 'refused') return { index, id: item.id, source: item.source, status: 'REJECTED', problem: showProblem(item.refusal, requestId) };
  const { id, source } = item.envelope.event;
  const status = item.kind === 'repeated' ? 'DUPLICATE' : 'ACCEPTED';
  return { index, id, source, status, href: `/v1/events/${encodeURIComponent(source)}/${encodeURIComponent(id)}` };
}

function count(items: readonly SettledItem[], kind: SettledItem['kind']): number {
  return items.reduce((sum, item) => (item.kind === kind ? sum + 1 : sum), 0);
}
