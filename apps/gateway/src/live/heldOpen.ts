/**
 * A generator that yields nothing: it ends when its reader returns it, or with the error given to `fail`.
 * An `async function*` would not do: its `return` waits behind the `await` that it is to end.
 */
export function heldOpen(open: (fail: (cause: unknown) => void) => () => void): AsyncGenerator<never> {
  const done: IteratorResult<never> = { done: true, value: undefined };
  let end = (): void => {};
  let fail = (_cause: unknown): void => {};
  const over = new Promise<IteratorResult<never>>((resolve, reject) => {
    end = () => resolve(done);
    fail = reject;
  });
  over.catch(() => {}); // told to whoever calls next; nobody may be there yet
  const leave = open(fail);
  const finish = async (): Promise<IteratorResult<never>> => {
    leave();
    end();
    return done;
  };
  const generator: AsyncGenerator<never> = {
    next: () => over,
    return: finish,
    throw: async (cause) => {
      await finish();
      throw cause;
    },
    [Symbol.asyncIterator]: () => generator,
  };
  return generator;
}
