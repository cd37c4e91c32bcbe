import type { AcceptedItem, AdmittedItem } from './admission.js';

/** An item with what is known of its id. A repeat is accepted again: it takes no second effect, whoever sees it (domain.md, "Verdicts"). */
export type SettledItem = AdmittedItem | RepeatedItem;
export type RepeatedItem = Omit<AcceptedItem, 'kind'> & { readonly kind: 'repeated' };

/**
 * Marks repeats and refuses conflicts: an id that was taken with the same content is a repeat, with other content an `id-conflict`.
 * The first of a request wins over later ones of the same request. `hashOf` answers what is remembered, undefined where nothing.
 */
export function settleRepeats(items: readonly AdmittedItem[], hashOf: (identity: string) => string | undefined): SettledItem[] {
  const earlier = new Map<string, string>();
  return items.map((item) => {
    if (item.kind === 'refused') return item;
    const { hash } = item.envelope;
    const known = earlier.get(item.identity) ?? hashOf(item.identity);
    if (known === undefined) {
      if (items.length > 1) earlier.set(item.identity, hash);
      return item;
    }
    return known === hash ? { ...item, kind: 'repeated' } : conflict(item);
  });
}

function conflict({ envelope }: AcceptedItem): AdmittedItem {
  const { id, source } = envelope.event;
  const detail = 'an event with this source and id, but other content, is known already';
  return { kind: 'refused', id, source, refusal: { code: 'id-conflict', detail, pointer: '/id', value: id } };
}
