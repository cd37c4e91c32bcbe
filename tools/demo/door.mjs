import { pause } from '../host/wait.mjs';

const ANSWER_MS = 10_000;
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MAX_MS = 10_000;
/** What does not become better by waiting: the request itself is at fault. */
const HOPELESS = new Set([400, 404, 405, 409, 413, 415, 422]);

/**
 * The doors of Quayside as the demo sees them: nothing but their addresses and its own key and token.
 * @param {{ ingestUrl: string, ingestKey: string, graphqlUrl: string, operatorToken: string,
 *           log: (text: string) => void, signal: AbortSignal }} door
 */
export function createDoor(door) {
  return {
    /** Posts until it is taken or refused for good; the same batch again and again does no harm. */
    async post(events) {
      const response = await persist(door, () =>
        send(`${door.ingestUrl}/v1/events`, {
          token: door.ingestKey,
          contentType: 'application/cloudevents-batch+json',
          body: events,
        }),
      );
      if (response.status !== 202) door.log(`ingest answered ${response.status}: ${response.text.slice(0, 500)}`);
      return parse(response.text);
    },
    /** Asks the gateway, as often as it takes; answers the `data`, or null when the question itself is refused. */
    async ask(query, variables) {
      const response = await persist(door, () =>
        send(door.graphqlUrl, { token: door.operatorToken, contentType: 'application/json', body: { query, variables } }),
      );
      const answer = parse(response.text);
      if (answer?.errors) door.log(`the gateway answered ${response.status}: ${JSON.stringify(answer.errors).slice(0, 500)}`);
      return answer?.data ?? null;
    },
  };
}

/** Tries again while a service is away or busy, with pauses that grow to ten seconds. */
async function persist({ log, signal }, attempt) {
  let backoffMs = BACKOFF_FIRST_MS;
  for (;;) {
    const { response, trouble } = await tryOnce(attempt);
    if (response) return response;
    log(`${trouble}; trying again in ${backoffMs} ms`);
    await pause(backoffMs, signal);
    backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS);
  }
}

async function tryOnce(attempt) {
  try {
    const response = await attempt();
    const isFinal = response.status < 300 || HOPELESS.has(response.status);
    return isFinal ? { response } : { trouble: `${response.url} answered ${response.status}` };
  } catch (error) {
    return { trouble: `${error.message}${error.cause ? ` (${error.cause.message})` : ''}` };
  }
}

async function send(url, { token, contentType, body }) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': contentType, Accept: 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  return { url, status: response.status, text: await response.text() };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a proxy's page, say; the status has been looked at already
  }
}
