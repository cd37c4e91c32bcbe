/** Key of an event's identity in look-ups; sources hold no `|` (refused at the door). */
export const identityKey = (event: { readonly source: string; readonly id: string }): string => `${event.source}|${event.id}`;
