import { checkProgress } from './checkProgress.js';
import { checkKafka, checkPostgres, checkRedis } from './checkServers.js';
import { checkServices } from './checkServices.js';
import { ok, wrong, type CheckLine } from './doctorCheck.js';
import { EXIT, messageOf, type ExitCode } from './fault.js';
import type { Colors, Output } from './output.js';
import type { Place } from './place.js';

/** `quayside doctor`: looks at every part and says what is wrong, why, and what to do. Exit code 1 when something is. */
export async function doctorCommand(place: Place, output: Output): Promise<ExitCode> {
  let faults = 0;
  const tell = (lines: readonly CheckLine[]): void => {
    faults += lines.filter((line) => line.state === 'wrong').length;
    for (const line of lines) output.result({ type: 'check', ...line }, (colors) => showLine(line, colors));
  };
  tell([ok('place', place.file === null ? 'servers named in the environment' : `as ${place.file} says`)]);
  const servers = (await Promise.all([checkPostgres(place), checkRedis(place), checkKafka(place)])).flat();
  tell(servers);
  tell(await checkServices(place));
  // Progress is read from all three: what is away has been told, and would only be told again.
  if (servers.every(({ part, state }) => state !== 'wrong' || part === 'clocks')) tell(await checkProgress(place).catch(unfinished));
  output.result({ type: 'summary', faults }, (colors) =>
    faults === 0 ? colors.green('Nothing is wrong.') : colors.red(`${faults} ${faults === 1 ? 'thing is' : 'things are'} wrong.`),
  );
  return faults === 0 ? EXIT.ok : EXIT.failed;
}

function unfinished(cause: unknown): CheckLine[] {
  return [
    wrong('progress', { what: 'How far everything is could not be read', why: messageOf(cause), fix: 'Run doctor again: a server went away meanwhile.' }),
  ];
}

function showLine(line: CheckLine, colors: Colors): string {
  const part = line.part.padEnd(12);
  if (line.state === 'ok') return `${colors.green('✓')} ${part} ${line.what}`;
  const mark = line.state === 'note' ? colors.yellow('•') : colors.red('✗');
  return `${mark} ${part} ${line.what}\n  ${''.padEnd(12)} Why: ${line.why}\n  ${''.padEnd(12)} What to do: ${line.fix}`;
}
