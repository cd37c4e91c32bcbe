import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { ApiKeys, Logger, Service } from '@quayside/service';
import type { Registry } from 'prom-client';
import { DoorMetrics } from './doorMetrics.js';
import { EventDoor } from './eventDoor.js';
import type { EventLog } from './eventLog.js';
import { addEventsRoute } from './eventsRoute.js';
import { FlightWindow } from './flightWindow.js';
import { LOGGER, ProblemFilter } from './problemFilter.js';
import { ProblemPages } from './problemPages.js';
import { sendError } from './problemReply.js';
import { RecentEvents } from './recentEvents.js';

export interface IngestParts {
  readonly log: EventLog;
  readonly keys: ApiKeys;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly window?: FlightWindow;
}

/** A request whose bytes do not arrive within this time is ended, ms: 4 MiB over a slow line fit, a caller who only holds the connection does not. */
const REQUEST_MS_MAX = 30_000;

/** All wiring of ingest: what bootService needs to serve it. */
export function wireIngest({ log, keys, logger, metrics, window = new FlightWindow() }: IngestParts): Required<Pick<Service, 'module' | 'routes' | 'fastify'>> {
  const door = new EventDoor({ log, keys, window, recent: new RecentEvents(), metrics: new DoorMetrics(metrics, window), now: Date.now });
  return {
    module: IngestModule.with(logger),
    routes: (fastify) => addEventsRoute(fastify, { door, logger }),
    fastify: {
      genReqId: () => randomUUID(),
      requestTimeout: REQUEST_MS_MAX,
      frameworkErrors: (error, request, reply) => {
        sendError(error, { request, reply, logger });
      },
    },
  };
}

@Module({})
export class IngestModule {
  static with(logger: Logger): DynamicModule {
    return {
      module: IngestModule,
      controllers: [ProblemPages],
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
