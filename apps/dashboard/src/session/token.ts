/** A token out of an address, a paste of it, or what is wrong with it. */
export type TypedToken = { readonly kind: 'token'; readonly token: string } | { readonly kind: 'fault'; readonly message: string };

/** The token in an address's fragment (`#token=…`); null where there is none. */
export function tokenInFragment(fragment: string): string | null {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  return token === null || token === '' ? null : token;
}

/** Reads what a person pasted: the token, with or without `Bearer`, or the whole address that `npm start` printed. */
export function readTypedToken(typed: string): TypedToken {
  const text = typed.trim();
  if (text === '') return { kind: 'fault', message: 'Paste a token first.' };
  const fragment = text.indexOf('#token=');
  const token = fragment >= 0 ? (tokenInFragment(text.slice(fragment)) ?? '') : text.replace(/^Bearer\s+/i, '');
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
    return { kind: 'fault', message: 'That is not a whole token. It is one long word in three parts with dots between them; copy all of it.' };
  }
  return { kind: 'token', token };
}
