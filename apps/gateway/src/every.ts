/** Does some work again and again, `pauseMs` after it was done; returns how to end that. Errors are the work's own business. */
export function every(pauseMs: number, work: () => Promise<void>): () => Promise<void> {
  let ended = false;
  let wake = (): void => {};
  const loop = (async () => {
    while (!ended) {
      await work();
      if (ended) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return async () => {
    ended = true;
    wake();
    await loop;
  };
}
