import { afterAll, beforeAll } from '@jest/globals';
import { openDatabase, type Database } from '@quayside/store';
// @boundaries-ignore the suite of the twin runs over the real store here
import { alertStoreOf } from '../../apps/alerting/src/alertStore.js';
// @boundaries-ignore the suite of the twin runs over the real store here
import { describeAlertStore } from '../../apps/alerting/src/alertStoreSuite.js';
import { Ground } from '../harness/ground.js';

let ground: Ground;
let database: Database;

beforeAll(async () => {
  ground = await Ground.make('alertstore');
  database = openDatabase({ url: ground.stack.postgres, schema: ground.schema });
}, 60_000);
afterAll(async () => {
  await database.close();
  await ground.close();
});

// The same suite runs over the in-memory twin beside it.
describeAlertStore('Postgres', async () => {
  await database.pool.query('TRUNCATE alert_fence, alert_episode, alert_outcome, alert_timer, notification');
  return alertStoreOf(database);
});
