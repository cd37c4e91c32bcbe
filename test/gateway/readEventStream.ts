/** What a server-sent stream of GraphQL has brought so far, read without any library. */
export interface EventStreamRead {
  readonly results: unknown[];
  readonly status: Promise<number>;
  isComplete(): boolean;
  cut(): void;
}

/** Asks with POST and reads until the other side ends it, or `cut`. */
export function readEventStream(url: string, { token, query, variables = {} }: { token: string; query: string; variables?: object }): EventStreamRead {
  const results: unknown[] = [];
  const aborting = new AbortController();
  let complete = false;
  const take = (block: string): void => {
    const data = /^data: ?(.*)$/m.exec(block)?.[1] ?? '';
    if (/^event: next$/m.test(block)) results.push(JSON.parse(data));
    if (/^event: complete$/m.test(block)) complete = true;
  };
  const status = (async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query, variables }),
      signal: aborting.signal,
    });
    void readBlocks(response, take, aborting.signal);
    return response.status;
  })();
  status.catch(() => {}); // told to whoever awaits it
  return { results, status, isComplete: () => complete, cut: () => aborting.abort() };
}

async function readBlocks(response: Response, take: (block: string) => void, signal: AbortSignal): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      blocks.forEach(take);
    }
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
