import { EXIT, type ExitCode } from './fault.js';
import type { Output } from './output.js';
import { need, type Place } from './place.js';
import { tailEvents } from './tailEvents.js';
import { tailLive } from './tailLive.js';

export interface TailOptions {
  readonly what: 'stock' | 'alerts' | 'ledger' | 'orders' | 'events';
  readonly filter: Readonly<Record<string, unknown>>;
  readonly locations: readonly string[];
  readonly after?: string;
  readonly snapshot: boolean;
  /** Records before the end of each partition (events). */
  readonly last: number;
  /** Lines after which it ends; Infinity: never. */
  readonly limit: number;
}

/** `quayside tail`: follows until Ctrl-C, or until as many lines as asked are told. `findAgain` reads the endpoints anew. */
export async function tailCommand(findAgain: () => Place, options: TailOptions, output: Output): Promise<ExitCode> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const { what, ...rest } = options;
  const place = findAgain();
  if (what === 'events') await tailEvents(place, { ...rest, stop }, output);
  else await tailLive({ ...rest, after: options.after, what, url: need(place, 'graphqlWs'), token: () => need(findAgain(), 'token'), stop }, output);
  return EXIT.ok;
}
