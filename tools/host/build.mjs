import { join } from 'node:path';
import { generatePrismaClient } from '../generate.mjs';
import { runCommand } from './command.mjs';

const BUILD_MS = 10 * 60_000;

/** Builds every package that has changed, and makes the Prisma client first, which the build reads. */
export async function buildPackages({ root, home, signal, onLine }) {
  await generatePrismaClient({ signal });
  const lines = await runCommand(process.execPath, [...turboCommand(root), 'run', 'build', '--output-logs=errors-only', '--ui=stream'], {
    what: 'The build failed',
    cwd: root,
    timeoutMs: BUILD_MS,
    signal,
    onLine,
    env: turboEnvironment(),
    home,
    name: 'build',
  });
  return lines.some((line) => line.includes('FULL TURBO')) ? 'up to date' : 'built';
}

export function turboCommand(root) {
  return [join(root, 'node_modules', 'turbo', 'bin', 'turbo')];
}

/** Nothing is sent anywhere, and no daemon stays behind. */
export function turboEnvironment() {
  return { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1', TURBO_DAEMON: 'false' };
}
