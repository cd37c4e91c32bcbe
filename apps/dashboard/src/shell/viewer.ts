import type { Fields } from '../wire/Fields.js';

export const VIEWER_DOCUMENT = `query Viewer { viewer { actor { name } scopes } }`;

/** Who the token says is looking. */
export interface Viewer {
  readonly name: string;
  readonly mayOperate: boolean;
  /** What the token allows, in words. */
  readonly allowance: string;
}

/** Reads the answer to VIEWER_DOCUMENT; throws WireFault. */
export function readViewer(data: Fields): Viewer {
  const viewer = data.child('viewer');
  const scopes = viewer.texts('scopes');
  const mayOperate = scopes.includes('OPERATE');
  const allowance = scopes.includes('ADMIN') ? 'may do everything' : mayOperate ? 'may look and change' : 'may only look';
  return { name: viewer.child('actor').text('name'), mayOperate, allowance };
}
