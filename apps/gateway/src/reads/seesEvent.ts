import type { SourceEvent } from '@quayside/store';
import { sees, type Visible } from '../visible.js';

/** A record that names no location, or cannot be read, is seen only by those who may see all. */
export function seesEvent(visible: Visible, { location }: Pick<SourceEvent, 'location'>): boolean {
  return visible.kind === 'all' || (location !== null && sees(visible, location));
}
