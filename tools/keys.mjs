import { resolve } from 'node:path';
import { reportFailure } from './host/failure.mjs';
import { homeOf } from './host/home.mjs';
import { readOptions } from './host/options.mjs';
import { ROOT } from './root.mjs';
import { openKeys } from './start/keys.mjs';

const USAGE = `node tools/keys.mjs [--quiet]

Makes the keys of the data folder (QUAYSIDE_HOME), unless they are there, and prints a key for ingest and fresh
tokens for 12 h. For containers; npm start does it by itself.`;

try {
  const { values } = readOptions(USAGE, { quiet: { type: 'boolean' }, help: { type: 'boolean' } });
  if (values.help) {
    console.log(USAGE);
  } else {
    const keys = openKeys(resolve(homeOf(ROOT)));
    if (!values.quiet) console.log(JSON.stringify({ ingest: keys.ingestKey, ...keys.makeTokens(new Date()) }, null, 2));
  }
} catch (error) {
  process.exitCode = reportFailure(error);
}
