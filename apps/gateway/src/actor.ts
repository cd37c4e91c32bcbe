/** The SDL's Actor. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly kind: 'USER' | 'API_KEY' | 'SYSTEM';
}

/** Whoever did something, from how records name them: `user:<sub>`, `key:<id>`, or a service of ours. Names of users are not kept: the id stands for them. */
export function actorOf(text: string): Actor {
  const [kind, ...rest] = text.split(':');
  const name = rest.join(':');
  if (kind === 'user' && name !== '') return { id: text, name, kind: 'USER' };
  if (kind === 'key' && name !== '') return { id: text, name, kind: 'API_KEY' };
  return { id: text, name: text, kind: 'SYSTEM' };
}
