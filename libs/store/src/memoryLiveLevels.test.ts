import { describeLiveLevels } from './liveLevelsSuite.js';
import { MemoryLiveLevels } from './memoryLiveLevels.js';

describeLiveLevels('the in-memory twin', async () => new MemoryLiveLevels());
