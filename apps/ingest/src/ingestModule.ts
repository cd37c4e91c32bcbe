import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { ApiKeys, Logger, Service } from '@quayside/service';
import { ID_CHARACTERS_MAX } from '@quayside/standards';
import type { Registry } from 'prom-client';
import { Callers } from './callers.js';
import { DoorMetrics } from './doorMetrics.js';
import { addDrain } from './drain.js';
import { EventDoor } from './eventDoor.js';
import type { EventLog } from './eventLog.js';
import { EventStatusDesk } from './eventStatus.js';
import { boundStore, type EventStore } from './eventStore.js';
import { addEventsRoute } from './eventsRoute.js';
import { FlightWindow } from './flightWindow.js';
import { LOGGER, ProblemFilter } from './problemFilter.js';
import { ProblemPages } from './problemPages.js';
import { sendError } from './problemReply.js';
import { RateLimits, type Rates } from './rateLimits.js';
import { RecentEvents } from './recentEvents.js';
import { addReferenceRoutes } from './referenceRoutes.js';

export interface IngestParts {
  readonly log: EventLog;
  readonly store: EventStore;
  readonly keys: ApiKeys;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly window?: FlightWindow;
  readonly rates?: Rates;
  /** How long a drain waits for bodies that are still arriving, ms. */
  readonly drainMsMax?: number;
}

/** A request whose bytes do not arrive within this time is ended, ms: 4 MiB over a slow line fit, a caller who only holds the connection does not. */
const REQUEST_MS_MAX = 30_000;
/** A source or id in a path: each UTF-16 unit is up to 9 characters there (three bytes of UTF-8, escaped). */
const PARAM_CHARACTERS_MAX = ID_CHARACTERS_MAX * 9;

/** All wiring of ingest: what bootService needs to serve it. */
export function wireIngest({
  log,
  store,
  keys,
  logger,
  metrics,
  window = new FlightWindow(),
  rates,
  drainMsMax,
}: IngestParts): Required<Pick<Service, 'module' | 'routes' | 'fastify'>> {
  const callers = new Callers(keys, new RateLimits(rates), Date.now);
  const recent = new RecentEvents();
  const bounded = boundStore(store);
  const door = new EventDoor({ log, store: bounded, callers, window, recent, metrics: new DoorMetrics(metrics, window), now: Date.now });
  const desk = new EventStatusDesk({ store: bounded, recent, callers });
  return {
    module: IngestModule.with(logger),
    routes: async (fastify) => {
      addDrain(fastify, drainMsMax);
      await addEventsRoute(fastify, { door, desk, logger });
      await addReferenceRoutes(fastify, logger);
    },
    fastify: {
      genReqId: () => randomUUID(),
      requestTimeout: REQUEST_MS_MAX,
      // What comes during the drain is answered by ours (drain.ts).
      return503OnClosing: false,
      routerOptions: { maxParamLength: PARAM_CHARACTERS_MAX },
      frameworkErrors: (error, request, reply) => {
        sendError(error, { request, reply, logger });
      },
    },
  };
}

@Module({})
class IngestModule {
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
