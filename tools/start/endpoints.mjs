import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { OWNER_ONLY, writeJson } from '../host/files.mjs';
import { graphqlUrl, graphqlWsUrl } from './services.mjs';

/**
 * `endpoints.json`: where everything is, for scripts and tests. It is there exactly while everything answers.
 * Pids change when a process is started again, tokens while they grow old; each time the whole file is replaced.
 */
export function createEndpoints({ home, ports, stack, keys, hasDashboard }) {
  const path = join(home, 'endpoints.json');
  const pids = {};
  let tokens = keys.makeTokens(new Date());
  let isPublished = false;
  const write = () => {
    if (!isPublished) return;
    const value = {
      ingest: `http://127.0.0.1:${ports.ingest}`,
      graphql: graphqlUrl(ports),
      graphqlWs: graphqlWsUrl(ports),
      ...(hasDashboard ? { dashboard: `http://127.0.0.1:${ports.dashboard}` } : {}),
      kafka: stack.kafka,
      redis: stack.redis,
      postgres: stack.postgres,
      tokens: { ingest: keys.ingestKey, ...tokens },
      pids,
    };
    writeJson(path, value, { mode: OWNER_ONLY });
  };
  return {
    path,
    tokens: () => tokens,
    setPid(name, pid) {
      pids[name] = pid;
      write();
    },
    renewTokens() {
      tokens = keys.makeTokens(new Date());
      write();
    },
    publish() {
      isPublished = true;
      write();
    },
    withdraw() {
      isPublished = false;
      removeEndpoints(home);
    },
  };
}

export function removeEndpoints(home) {
  rmSync(join(home, 'endpoints.json'), { force: true });
}
