import type { Consumer } from 'kafkajs';
import type { LogLogger } from './connectLog.js';

const AGAIN_MS = 1_000;

/**
 * Runs a consumer and runs it again whenever the client gives up: it restarts itself only after errors that it takes for
 * passing ones, and a coordinator that is not there for a second or two (the first start on an empty broker) is none of
 * those. Rejects when the first run cannot begin. stop() ends the running again, not the consumer.
 */
export async function keepRunning(consumer: Consumer, run: () => Promise<void>, logger: LogLogger): Promise<{ stop(): void }> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const runSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      run().catch((cause: unknown) => {
        logger.warn({ err: cause }, 'the consumer could not be started again, trying on');
        if (!stopped) runSoon();
      });
    }, AGAIN_MS);
  };
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (payload.restart || stopped) return;
    logger.warn({ err: payload.error }, 'the client gave the consumer up; it is started again');
    runSoon();
  });
  await run();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
