export interface BatchBounds {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/** Gathers events into batches, in order. An event that alone is over the bound still goes, alone: the door says what it thinks of it. */
export async function* batchEvents(events: AsyncIterable<string>, { eventsMax, bytesMax }: BatchBounds): AsyncGenerator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for await (const event of events) {
    const size = Buffer.byteLength(event) + 1;
    if (batch.length > 0 && (batch.length >= eventsMax || bytes + size > bytesMax)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
