import type { AdmittedItem } from './admission.js';

/** An item with what is known of its id. A repeat is accepted again: it takes no second effect, whoever sees it (domain.md, "Verdicts"). */
export type SettledItem =
  AdmittedItem | { readonly kind: 'repeated'; readonly envelope: Extract<AdmittedItem, { kind: 'accepted' }>['envelope']; readonly location: string };

/** Key of an event's identity in look-ups; sources hold no `|` (refused at the door). */
export const identityKey = (event: { readonly source: string; readonly id: string }): string => `${event.source}|${event.id}`;

/**
 * Marks repeats and refuses conflicts: an id that was taken with the same content is a repeat, with other content an `id-conflict`.
 * The first of a request wins over later ones of the same request. `hashOf` answers what the door remembers, undefined where nothing.
 */
export function settleRepeats(items: readonly AdmittedItem[], hashOf: (identity: string) => string | undefined): SettledItem[] {
  const earlier = new Map<string, string>();
  return items.map((item) => {
    if (item.kind === 'refused') return item;
    const { event, hash } = item.envelope;
    const identity = identityKey(event);
    const known = earlier.get(identity) ?? hashOf(identity);
    if (known === undefined) {
      earlier.set(identity, hash);
      return item;
    }
    if (known === hash) return { ...item, kind: 'repeated' };
    return {
      kind: 'refused',
      id: event.id,
      source: event.source,
      refusal: { code: 'id-conflict', detail: 'an event with this source and id, but other content, is known already', pointer: '/id', value: event.id },
    };
  });
}
