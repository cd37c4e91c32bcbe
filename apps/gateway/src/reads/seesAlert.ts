import type { Alert } from '@quayside/contracts';
import { sees, type Visible } from '../visible.js';

/** An alert that stands at no location (a partition's quarantine) is seen only by those who may see all. */
export function seesAlert(visible: Visible, { location }: Pick<Alert, 'location'>): boolean {
  return visible.kind === 'all' || (location !== null && sees(visible, location));
}
