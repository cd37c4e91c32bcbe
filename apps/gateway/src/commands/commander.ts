import type { Viewer } from '@quayside/service';
import type { GatewayContext } from '../context.js';
import { refusal } from '../refusal.js';

/** Who gives a command. Live views have no viewer, and give none. */
export function commanderOf({ viewer }: GatewayContext): Viewer {
  if (viewer === null) throw refusal('FORBIDDEN', 'A command needs someone who gives it');
  return viewer;
}
