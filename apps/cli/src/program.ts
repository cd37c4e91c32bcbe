import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { EXIT, type ExitCode } from './fault.js';
import { makeOutput, type Output, type OutputForm } from './output.js';
import { findPlace, ROOT, type Place } from './place.js';
import type { TailOptions } from './tailCommand.js';

/** Streams and environment of this process. */
export type World = Pick<NodeJS.Process, 'env' | 'stdin' | 'stdout' | 'stderr'>;

interface CommonOptions {
  readonly endpoints?: string;
  readonly output?: OutputForm;
}
/** What a command is run with. */
interface Running<Options> {
  readonly options: Options;
  readonly place: Place;
  readonly findAgain: () => Place;
  readonly output: Output;
}

/** Runs a command line; the exit code is what it came to. Commands are loaded when they are run: `--help` and `key` need no server's client. */
export async function runProgram(args: readonly string[], world: World): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = makeProgram(world, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has written what is wrong, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}

function makeProgram(world: World, finish: (code: ExitCode) => void): Command {
  const program = new Command('quayside')
    .description('Looks at, feeds and mends a running Quayside. Prints text on a terminal and NDJSON (one object a line) otherwise.')
    .configureOutput({ writeOut: (text) => world.stdout.write(text), writeErr: (text) => world.stderr.write(text) })
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
    .addHelpText('after', HELP);
  const run = <Options extends CommonOptions>(command: Command, work: (running: Running<Options>) => Promise<ExitCode>): void => {
    command
      .addOption(new Option('--endpoints <file>', 'endpoints.json of the Quayside that is meant'))
      .addOption(new Option('--output <form>', 'instead of what fits').choices(['text', 'ndjson']));
    command.action(async () => {
      const options = command.opts<Options>();
      const findAgain = (): Place => findPlace(world.env, options.endpoints);
      finish(await work({ options, place: findAgain(), findAgain, output: makeOutput({ out: world.stdout, err: world.stderr }, options.output) }));
    });
  };
  addLooking(program, run);
  addExplain(program, run);
  addTail(program, run);
  addSend(program, run, world);
  addReplay(program, run, world);
  addKeys(program, run);
  addDecisions(program, run, world);
  return program;
}

type Run = <Options extends CommonOptions>(command: Command, work: (running: Running<Options>) => Promise<ExitCode>) => void;

function addLooking(program: Command, run: Run): void {
  run(
    program.command('audit').description('recompute all stock from its rows and compare Postgres, ledger and Redis; exit code 1 when something differs'),
    async ({ place, output }) => (await import('./auditCommand.js')).auditCommand(place, output),
  );
  run(
    program.command('doctor').description('look at every part and say what is wrong, why, and what to do; exit code 1 when something is'),
    async ({ place, output }) => (await import('./doctorCommand.js')).doctorCommand(place, output),
  );
  const trace = program
    .command('trace')
    .description('what became of an event: log, identity, ledger, changes, alerts, with times')
    .argument('<source>', 'its CloudEvents source')
    .argument('<id>', 'its CloudEvents id');
  run(trace, async ({ place, output }) =>
    (await import('./traceCommand.js')).traceCommand(place, { source: trace.args[0] ?? '', id: trace.args[1] ?? '' }, output),
  );
}

function addExplain(program: Command, run: Run): void {
  const explain = program
    .command('explain')
    .description('the arithmetic behind a level: last count, movements since, reservations, late rows; exit code 1 when it does not add up')
    .argument('<location>', 'code of the location')
    .argument('<sku>', 'sku of the item')
    .option('--at <time>', 'as it was then (RFC 3339), by what is known now');
  run<CommonOptions & { at?: string }>(explain, async ({ place, options, output }) =>
    (await import('./explainCommand.js')).explainCommand(place, { location: explain.args[0] ?? '', sku: explain.args[1] ?? '', at: options.at }, output),
  );
}

interface TailFlags extends CommonOptions {
  readonly location?: string[];
  readonly sku?: string[];
  readonly kind?: string[];
  readonly status?: string[];
  readonly stage?: string[];
  readonly order?: string;
  readonly late?: boolean;
  readonly after?: string;
  readonly snapshot: boolean;
  readonly limit?: number;
  readonly last?: number;
}

function addTail(program: Command, run: Run): void {
  const tail = program.command('tail').description('follow what happens; after a cut it goes on where it was');
  const limit = (command: Command): Command => command.option('--limit <n>', 'end after so many lines (a batch is told whole)', wholeNumber(1));
  const live = (command: Command): Command =>
    limit(command).option('--after <cursor>', 'go on from a cursor that an earlier tail printed').option('--no-snapshot', 'only what changes from now on');
  const start = async ({ findAgain, options, output }: Running<TailFlags>, what: TailOptions['what'], filter: Record<string, unknown>): Promise<ExitCode> => {
    const { tailCommand } = await import('./tailCommand.js');
    const after = options.after === undefined ? {} : { after: options.after };
    return tailCommand(
      findAgain,
      { what, filter, locations: options.location ?? [], ...after, snapshot: options.snapshot, last: options.last ?? 0, limit: options.limit ?? Infinity },
      output,
    );
  };
  const stock = live(tail.command('stock').description('levels, as the gateway shows them'))
    .option('--sku <sku...>', 'only these')
    .option('--location <code...>', 'only these')
    .option('--below', 'only at or below their reorder point');
  run<TailFlags & { below?: boolean }>(stock, (running) =>
    start(running, 'stock', { ...(running.options.sku ? { skus: running.options.sku } : {}), ...(running.options.below ? { belowReorderPoint: true } : {}) }),
  );
  const alerts = live(tail.command('alerts').description('alerts, as the gateway shows them'))
    .option('--kind <kind...>', 'only these (LOW_STOCK, …)')
    .option('--status <status...>', 'instead of OPEN (RESOLVED, …)');
  run<TailFlags>(alerts, (running) =>
    start(running, 'alerts', {
      ...(running.options.kind ? { kinds: running.options.kind } : {}),
      ...(running.options.status ? { statuses: running.options.status } : {}),
    }),
  );
  addHistoryTails({ tail, limit, live }, run, start);
  const events = limit(tail.command('events').description('records of supply.events, as they stand in the log')).option(
    '--last <n>',
    'begin so many records before the end of each partition',
    wholeNumber(0),
  );
  run<TailFlags>(events, (running) => start(running, 'events', {}));
}

interface TailMaking {
  readonly tail: Command;
  readonly limit: (command: Command) => Command;
  readonly live: (command: Command) => Command;
}

function addHistoryTails(
  { tail, limit, live }: TailMaking,
  run: Run,
  start: (running: Running<TailFlags>, what: TailOptions['what'], filter: Record<string, unknown>) => Promise<ExitCode>,
): void {
  const ledger = limit(tail.command('ledger').description('movements, each once, in the order of its location; from now on'))
    .option('--after <cursor>', 'go on from a cursor that an earlier tail printed')
    .option('--sku <sku...>', 'only these')
    .option('--location <code...>', 'only these')
    .option('--kind <kind...>', 'only these (RECEIVED, SHIPPED, …)')
    .option('--order <number>', 'only those of this order')
    .option('--late', 'only those that arrived after newer ones');
  run<TailFlags>(ledger, (running) => {
    const { sku, kind, order, late } = running.options;
    return start(running, 'ledger', {
      ...(sku ? { skus: sku } : {}),
      ...(kind ? { kinds: kind } : {}),
      ...(order === undefined ? {} : { orderNumber: order }),
      ...(late ? { lateOnly: true } : {}),
    });
  });
  const orders = live(tail.command('orders').description('orders, as the gateway shows them'))
    .option('--location <code...>', 'only these')
    .option('--stage <stage...>', 'only these (PLACED, BACKORDERED, SHIPPED, …)');
  run<TailFlags>(orders, (running) => start(running, 'orders', running.options.stage ? { stages: running.options.stage } : {}));
}

interface SendFlags extends CommonOptions {
  readonly format?: 'json' | 'ndjson' | 'csv';
  readonly source?: string;
  readonly type?: string;
  readonly rate?: number;
  readonly batch: number;
  readonly attempts: number;
  readonly wait?: boolean;
  readonly timeout: number;
}

function addSend(program: Command, run: Run, world: World): void {
  const send = program
    .command('send')
    .description('post events in their order; what is away or busy is asked again, under the same ids')
    .argument('<file>', 'CloudEvents as JSON or NDJSON, or a CSV of simple columns (location, sku, quantity, delta or counted, …); - for standard input')
    .addOption(new Option('--format <form>', 'instead of what the name of the file says (standard input: ndjson)').choices(['json', 'ndjson', 'csv']))
    .option('--source <source>', 'CloudEvents source of CSV rows that name none (default: /cli/<user>)')
    .option('--type <type>', 'event type of CSV rows that name none (stock.received, …)')
    .option('--rate <n>', 'events a second', positiveNumber)
    .option('--batch <n>', 'events a request', wholeNumber(1, 1_000), 500)
    .option('--attempts <n>', 'for one request while ingest is away or busy', wholeNumber(1, 100), 12)
    .option('--wait', 'wait for each request’s effect and print the ms of each stage: accepted, applied, visible')
    .option('--timeout <s>', 'seconds to wait for an effect', wholeNumber(1, 3_600), 60);
  run<SendFlags>(send, async ({ options, place, output }) => {
    const { sendCommand } = await import('./sendCommand.js');
    const { format, source, type, rate, batch, attempts, wait, timeout } = options;
    return sendCommand(
      place,
      { file: send.args[0] ?? '-', form: format, source, type, rate, batch, attempts, wait: wait === true, waitMs: timeout * 1_000 },
      { output, stdin: world.stdin },
    );
  });
}

interface ReplayFlags extends CommonOptions {
  readonly orders?: boolean;
  readonly rows?: number;
  readonly speed?: number;
  readonly location: string;
  readonly attempts: number;
}

function addReplay(program: Command, run: Run, world: World): void {
  const replay = program.command('replay').description('tell a recorded history to ingest, in its order; telling it again changes nothing');
  const retail = replay
    .command('retail')
    .description('17 months of a wholesaler (UCI Online Retail II), with opening stock and deliveries; needs the shared folder (QUAYSIDE_SHARED)')
    .option('--orders', 'what was sold as orders, each placed and then shipped line by line (default: as shipments only)')
    .option('--rows <n>', 'only so many rows of the file', wholeNumber(1))
    .option('--speed <x>', 'so many times faster than it happened (default: as fast as ingest takes it)', positiveNumber)
    .option('--location <code>', 'where the goods are', 'UK-1')
    .option('--attempts <n>', 'for one request while ingest is away or busy', wholeNumber(1, 100), 12);
  run<ReplayFlags>(retail, async ({ options, place, output }) => {
    const { replayCommand } = await import('./replayCommand.js');
    const { orders, rows, speed, location, attempts } = options;
    const shared = world.env['QUAYSIDE_SHARED'] ?? join(ROOT, '..', 'shared');
    return replayCommand(place, { shared, rowsMax: rows ?? Infinity, location, asOrders: orders === true, speed, attempts }, output);
  });
}

interface KeyFlags extends CommonOptions {
  readonly file?: string;
  readonly sources: string[];
  readonly locations: string[];
  readonly expires?: string;
  readonly grace: string;
}

function addKeys(program: Command, run: Run): void {
  const key = program.command('key').description('API keys of ingest, kept as hashes in a file that ingest follows');
  const sub = (
    name: string,
    description: string,
    argument?: string,
    work?: (file: string, running: Running<KeyFlags>, command: Command) => Promise<ExitCode>,
  ): Command => {
    const command = key.command(name).description(description).option('--file <file>', 'the file of keys (default: keys/api-keys.json in the data folder)');
    if (argument !== undefined) command.argument(argument);
    run<KeyFlags>(command, async (running) => {
      const { keyFileOf } = await import('./keyCommand.js');
      if (work === undefined) throw new Error(`key ${name} does nothing`);
      return work(running.options.file ?? keyFileOf(running.place.home), running, command);
    });
    return command;
  };
  sub('create', 'make a key; it is printed once', '<name>', async (file, { options, output }, command) =>
    (await import('./keyCommand.js')).createKey(file, { ...options, name: command.args[0] ?? '' }, output),
  )
    .option('--sources <list>', 'sources that it may send for, separated by commas; /wms/* takes all that begin so', readList, ['*'])
    .option('--locations <list>', 'locations that it may send for', readList, ['*'])
    .option('--expires <end>', 'when it ends: 90d, or 2027-03-31T00:00:00Z (default: never)');
  sub('list', 'show the keys and their scopes, never the keys themselves', undefined, async (file, { output }) =>
    (await import('./keyCommand.js')).listKeys(file, output),
  );
  sub('rotate', 'make a new key with the same scope; the old one ends after the grace', '<id>', async (file, { options, output }, command) =>
    (await import('./keyCommand.js')).rotate(
      file,
      { id: command.args[0] ?? '', grace: options.grace, ...(options.expires === undefined ? {} : { expires: options.expires }) },
      output,
    ),
  )
    .option('--grace <duration>', 'how long the old one is still good', '24h')
    .option('--expires <end>', 'when the new one ends (default: as the old one)');
  sub('revoke', 'take a key out; ingest refuses it within 2 s', '<id>', async (file, { output }, command) =>
    (await import('./keyCommand.js')).revoke(file, command.args[0] ?? '', output),
  );
}

interface DecisionFlags extends CommonOptions {
  readonly reason: string;
  readonly by: string;
  readonly data?: string;
}

/** What a person decides: recorded with who and why, and never undone. */
function addDecisions(program: Command, run: Run, world: World): void {
  const decided = (command: Command): Command =>
    command
      .requiredOption('--reason <text>', 'why; it is recorded')
      .option('--by <name>', 'who decides; it is recorded', world.env['USER'] ?? world.env['LOGNAME'] ?? 'operator');
  const resume = decided(
    program
      .command('resume')
      .description('let a partition go on behind records that are lost; doctor says which one is halted, and why')
      .argument('<partition>', 'its number', wholeNumber(0, 23)),
  );
  run<DecisionFlags>(resume, async ({ place, options, output }) =>
    (await import('./resumeCommand.js')).resumeCommand(place, { partition: Number(resume.args[0]), reason: options.reason, by: options.by }, output),
  );
  const quarantine = program.command('quarantine').description('records that were set aside, and what becomes of them');
  run(quarantine.command('list').description('those that wait for a person'), async ({ place, output }) =>
    (await import('./quarantineCommand.js')).listQuarantine(place, output),
  );
  const release = decided(
    quarantine
      .command('release')
      .description('let one through, as it is or with its data corrected')
      .argument('<place>', 'partition.offset, as list prints it'),
  ).option('--data <file>', 'JSON to put in the place of the event’s data');
  run<DecisionFlags>(release, async ({ place, options, output }) => {
    const data = options.data === undefined ? {} : { dataFile: options.data };
    return (await import('./quarantineCommand.js')).decideQuarantined(
      place,
      { kind: 'released', place: release.args[0] ?? '', reason: options.reason, by: options.by, ...data },
      output,
    );
  });
  const dismiss = decided(
    quarantine.command('dismiss').description('close one: it will never have an effect').argument('<place>', 'partition.offset, as list prints it'),
  );
  run<DecisionFlags>(dismiss, async ({ place, options, output }) =>
    (await import('./quarantineCommand.js')).decideQuarantined(
      place,
      { kind: 'dismissed', place: dismiss.args[0] ?? '', reason: options.reason, by: options.by },
      output,
    ),
  );
}

function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? ' on' : ` to ${max}`} is expected.`);
    return value;
  };
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('a number above 0 is expected.');
  return value;
}

function readList(text: string): string[] {
  const values = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (values.length === 0) throw new InvalidArgumentError('at least one value is expected.');
  return values;
}

const HELP = `
Where Quayside runs is read from --endpoints FILE, else QUAYSIDE_ENDPOINTS, else endpoints.json in QUAYSIDE_HOME (default: .quayside
beside the repository), which \`npm start\` writes. KAFKA_BROKERS, REDIS_URL, DATABASE_URL, QUAYSIDE_SCHEMA, QUAYSIDE_TOPIC_PREFIX,
QUAYSIDE_REDIS_PREFIX, QUAYSIDE_INGEST_URL, QUAYSIDE_GRAPHQL_WS_URL, QUAYSIDE_API_KEY and QUAYSIDE_TOKEN win over it.

Exit codes: 0 done, 1 something was found or failed, 2 called wrongly. DEBUG=1 shows where a failure comes from.`;
