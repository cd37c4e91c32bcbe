import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** NDJSON on standard output. Authorization headers and tokens never reach it. */
export function makeLogger(service: string, level: string): Logger {
  return pino({
    base: { service },
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['req.headers.authorization', 'headers.authorization', 'authorization', 'token'], censor: '[hidden]' },
  });
}

/** Lets Nest speak through the same log. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'info' | 'error' | 'warn' | 'debug') =>
    (message: unknown, ...more: unknown[]) => {
      if (message instanceof Error) logger[level](message);
      else logger[level]({ more: more.length > 0 ? more : undefined }, String(message));
    };
  return { log: write('debug'), error: write('error'), warn: write('warn'), debug: write('debug'), verbose: write('debug'), fatal: write('error') };
}
