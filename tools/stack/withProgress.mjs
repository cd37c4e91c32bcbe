import { runStep } from '../host/progress.mjs';
import { bringUp } from './bringUp.mjs';

/** Brings the stack up with a progress step for each server. */
export function bringUpWithProgress(progress, context, kind) {
  if (kind === 'environment') {
    return runStep(
      progress,
      'Servers named in the environment',
      () => bringUp(context, kind),
      () => 'Servers named in the environment answer',
    );
  }
  const steps = Object.fromEntries(['kafka', 'postgres', 'redis'].map((name) => [name, progress.begin(TITLES[name])]));
  const report = (name, text) => {
    steps[name]?.update(text);
    if (text.includes(' answers on ')) steps[name]?.done(text);
  };
  return bringUp({ ...context, report }, kind).catch((error) => {
    for (const step of Object.values(steps)) step.failed();
    throw error;
  });
}

const TITLES = { kafka: 'Kafka', postgres: 'PostgreSQL', redis: 'Redis' };
