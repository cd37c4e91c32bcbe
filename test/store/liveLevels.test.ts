import { afterAll, beforeAll } from '@jest/globals';
import { openLiveLevels, type LiveLevels } from '@quayside/store';
// @boundaries-ignore the suite of the twin runs over the real store here
import { describeLiveLevels } from '../../libs/store/src/liveLevelsSuite.js';
import { attachStack } from '@quayside/tools/stack/attach.mjs';
import { STACK_FILE } from '../harness/ground.js';

const opened: LiveLevels[] = [];
let url: string;

beforeAll(() => {
  url = attachStack(STACK_FILE ?? '').redis;
});
afterAll(() => Promise.all(opened.map((live) => live.close())));

// Each case gets keys of its own: the server is shared with other suites.
describeLiveLevels('Redis', async () => {
  const live = openLiveLevels({ url, prefix: `suite-${process.pid}-${Date.now()}-${opened.length}:` });
  opened.push(live);
  return live;
});
