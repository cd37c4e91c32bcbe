/**
 * Tells what is going on: on a terminal the running steps are redrawn in place; elsewhere (CI=true, a pipe, a
 * log) each step is one line, written when it is through.
 */
export function createProgress({ stream = process.stdout, isLive = stream.isTTY && !process.env.CI } = {}) {
  return isLive ? liveProgress(stream) : plainProgress(stream);
}

/**
 * A step is settled once; what it is told after that changes nothing.
 * @typedef {{ update: (text: string) => void, done: (text?: string) => void, failed: () => void }} Step
 */

/** Runs an action as a step and returns its value; `describe` turns the value into the step's last words. */
export async function runStep(progress, title, action, describe = () => title) {
  const step = progress.begin(title);
  try {
    const value = await action(step);
    step.done(describe(value));
    return value;
  } catch (error) {
    step.failed();
    throw error;
  }
}

function plainProgress(stream) {
  return {
    note: (text) => void stream.write(`${text}\n`),
    begin(title) {
      const watch = stopwatch();
      let isSettled = false;
      const settle = (line) => {
        if (!isSettled) stream.write(`${line} (${watch()})\n`);
        isSettled = true;
      };
      return {
        update: () => {},
        done: (text = title) => settle(`✓ ${text}`),
        failed: () => settle(`✗ ${title}`),
      };
    },
  };
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 120;

function liveProgress(stream) {
  const running = new Set();
  let drawn = 0;
  let frame = 0;
  let timer;

  const erase = () => {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  const draw = () => {
    erase();
    frame = (frame + 1) % FRAMES.length;
    const width = Math.max((stream.columns || 80) - 1, 20);
    for (const step of running) stream.write(`${`${FRAMES[frame]} ${step.text} (${step.watch()})`.slice(0, width)}\n`);
    drawn = running.size;
  };
  const settle = (step, line) => {
    if (!running.delete(step)) return;
    erase();
    stream.write(`${line}\n`);
    if (running.size > 0) draw();
    else clearInterval(timer);
  };
  return {
    note(text) {
      erase();
      stream.write(`${text}\n`);
      if (running.size > 0) draw();
    },
    begin(title) {
      const step = { text: title, watch: stopwatch() };
      if (running.size === 0) timer = setInterval(draw, FRAME_MS).unref();
      running.add(step);
      draw();
      return {
        update: (text) => void (step.text = text),
        done: (text = title) => settle(step, `\x1b[32m✓\x1b[0m ${text} \x1b[2m(${step.watch()})\x1b[0m`),
        failed: () => settle(step, `\x1b[31m✗\x1b[0m ${title} \x1b[2m(${step.watch()})\x1b[0m`),
      };
    },
  };
}

/** Seconds with one digit since it was made. */
function stopwatch() {
  const began = performance.now();
  return () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
