/** Asks again until it is so; throws, with what it last was, when it is not within the time. */
export async function until(what: string, withinMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + withinMs;
  let last: unknown = 'not so';
  while (Date.now() < deadline) {
    try {
      if (await isSo()) return;
      last = 'not so';
    } catch (cause) {
      if (cause instanceof Error && /ended with/.test(cause.message)) throw cause;
      last = cause;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Not within ${withinMs} ms: ${what} (${last instanceof Error ? last.message : String(last)})`);
}
