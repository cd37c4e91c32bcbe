import { note, ok, wrong, type CheckLine } from './doctorCheck.js';
import { messageOf } from './fault.js';
import type { Place } from './place.js';

/** What /health/ready answers (libs/service, HealthBoard). */
export interface ReadyReport {
  readonly ready: boolean;
  readonly parts?: Readonly<Record<string, { readonly ready: boolean; readonly detail?: string }>>;
}
const ANSWER_MS_MAX = 3_000;

/** Each process that is known: does it answer, is it ready, and if not, which part of it and why. */
export async function checkServices({ services }: Place): Promise<CheckLine[]> {
  const names = Object.keys(services);
  if (names.length === 0)
    return [
      note('services', {
        what: 'No service is known',
        why: 'the endpoints name none',
        fix: 'Use the endpoints.json of a running `npm start`, or one with "services": { "inventory": "http://…" }.',
      }),
    ];
  const lines = await Promise.all(Object.entries(services).map(([name, url]) => checkService(name, url)));
  return lines.flat();
}

async function checkService(name: string, url: string): Promise<CheckLine[]> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    return judgeService(name, (await response.json()) as ReadyReport);
  } catch (cause) {
    return [
      wrong(name, {
        what: `${name} does not answer on ${url}`,
        why: messageOf(cause),
        fix: 'Start it; with `npm start` it is started again by itself. Its log lies in the data folder under logs/.',
      }),
    ];
  }
}

/** A report of readiness, judged; a halted partition waits for a person and is told apart from what heals by itself. */
export function judgeService(name: string, { ready, parts = {} }: ReadyReport): CheckLine[] {
  const bad = Object.entries(parts).filter(([, part]) => !part.ready);
  if (bad.length === 0)
    return [
      ready
        ? ok(name, `ready${ownedOf(Object.keys(parts))}`)
        : wrong(name, { what: `${name} is not ready`, why: 'it does not say why', fix: 'Look into its log.' }),
    ];
  return bad.map(([part, { detail = 'no reason given' }]) => {
    const halted = detail.startsWith('halted: ');
    return wrong(name, {
      what: halted ? `${part} of ${name} is halted` : `${part} of ${name} is not ready`,
      why: halted ? detail.slice('halted: '.length) : detail,
      fix: halted
        ? 'Waiting does not heal it. Find out what happened to the log or the stores, then decide with `npm run quayside -- resume`.'
        : 'It tries again by itself; if it stays, look at the servers above and into its log.',
    });
  });
}

function ownedOf(parts: readonly string[]): string {
  const owned = parts.filter((part) => part.startsWith('partition ')).length;
  return owned === 0 ? '' : `, owns ${owned} partitions`;
}
