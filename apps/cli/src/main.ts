#!/usr/bin/env node
import { EXIT, reportFault } from './fault.js';
import { runProgram } from './program.js';

// Whoever reads our output may have seen enough (`| head`).
process.stdout.on('error', (cause: NodeJS.ErrnoException) => process.exit(cause.code === 'EPIPE' ? EXIT.ok : EXIT.failed));

const debug = (process.env['DEBUG'] ?? '') !== '';
const exitCode = await runProgram(process.argv.slice(2), process).catch((error: unknown) => reportFault(error, { stream: process.stderr, debug }));
// Clients of servers that are away keep timers that nothing waits for any more.
process.exit(exitCode);
