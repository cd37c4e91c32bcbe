import { describeAlertStore } from './alertStoreSuite.js';
import { MemoryAlertStore } from './memoryAlertStore.js';

describeAlertStore('The twin in memory', async () => new MemoryAlertStore());
