import { spanText } from '../page/timeText.js';
import { Fields } from '../wire/Fields.js';

/** A place that reports, and when it last did, milliseconds since 1970; null when that is not known. */
export interface Site {
  readonly code: string;
  readonly heardAtMs: number | null;
}

/** As many places as one answer may hold: whoever has more looks at them by their silence, which comes first. */
export const SITES_DOCUMENT = `query Sites { locations(first: 250) { nodes { code freshness { lastEventAt } } } }`;

/** A site that has not spoken for this long is named as silent: the busiest minutes of a quiet one lie closer together. */
const SILENT_AFTER_MS = 5 * 60_000;

/** Reads the answer to SITES_DOCUMENT; throws WireFault. */
export function readSites(data: Fields): Site[] {
  return data.child('locations').list('nodes', (value, path) => {
    const site = Fields.of(value, path);
    return { code: site.text('code'), heardAtMs: site.child('freshness').instantMsOrNull('lastEventAt') };
  });
}

/** How fresh a site is, in words: "2 s ago", "silent for 14 min". */
export interface SiteWords {
  readonly code: string;
  readonly isSilent: boolean;
  readonly words: string;
}

/** The sites in words, silent ones first, longest silent first of those; `movedAtMs` is what was seen of a site since it was asked for. */
export function siteWords(sites: readonly Site[], movedAtMs: ReadonlyMap<string, number>, nowMs: number): SiteWords[] {
  const newest = sites.map(({ code, heardAtMs }) => ({ code, quietMs: quietMs(heardAtMs, movedAtMs.get(code), nowMs) }));
  newest.sort((a, b) => rank(b.quietMs) - rank(a.quietMs) || a.code.localeCompare(b.code, 'en', { numeric: true }));
  return newest.map(({ code, quietMs: quiet }) => ({ code, isSilent: rank(quiet) > 0, words: wordsOf(quiet) }));
}

function quietMs(heardAtMs: number | null, movedAtMs: number | undefined, nowMs: number): number | null {
  const newestMs = Math.max(heardAtMs ?? 0, movedAtMs ?? 0);
  return newestMs === 0 ? null : Math.max(0, nowMs - newestMs);
}

/** Those that talk are all alike, so that they do not change places with each report. */
const rank = (quiet: number | null): number => (quiet === null || quiet < SILENT_AFTER_MS ? 0 : quiet);

function wordsOf(quiet: number | null): string {
  if (quiet === null) return 'nothing heard yet';
  if (quiet >= SILENT_AFTER_MS) return `silent for ${spanText(quiet)}`;
  return quiet < 1_000 ? 'just now' : `${spanText(Math.floor(quiet / 1_000) * 1_000).replace('.0', '')} ago`;
}
