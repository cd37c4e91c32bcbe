/** The ways in which a person, a terminal or a supervisor asks a program to end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Thrown through everything that is under way when the program has been asked to end. */
export class Interrupted extends Error {
  name = 'Interrupted';
  constructor(signal) {
    super(`ended by ${signal}`);
    this.signal = signal;
  }
}

/**
 * An AbortSignal that is aborted by the first signal from outside. Later ones change nothing: npm passes on what
 * the terminal has sent to everybody already, so one Ctrl-C comes twice.
 */
export function abortOnSignals() {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => controller.abort(new Interrupted(signal)));
  }
  ignoreClosedOutput();
  return controller.signal;
}

/** When the terminal is gone or `| head` has seen enough, writing fails; that must not stop an orderly end. */
function ignoreClosedOutput() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}

/** Resolves when the signal is aborted, and keeps this process alive until then. */
export function untilAborted(signal) {
  const keepAlive = setInterval(() => {}, 60_000);
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  }).finally(() => clearInterval(keepAlive));
}

/** The exit code that a shell expects after a signal. */
export function exitCodeOf(signalName) {
  return { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }[signalName] ?? 1;
}
