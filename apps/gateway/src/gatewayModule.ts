import type { DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { QuaysideDriver, type QuaysideDriverOptions } from './driver.js';
import { GATEWAY_PARTS, type GatewayParts } from './gatewayParts.js';
import { AnalyticsQueries } from './resolvers/analyticsQueries.js';
import { PlaceQueries } from './resolvers/placeQueries.js';
import { ViewerQueries } from './resolvers/viewerQueries.js';
import { AlertMutations } from './resolvers/alertMutations.js';
import { AlertQueries } from './resolvers/alertQueries.js';
import { CommandMutations } from './resolvers/commandMutations.js';
import { EventQueries } from './resolvers/eventQueries.js';
import { HealthQueries } from './resolvers/healthQueries.js';
import { LedgerQueries } from './resolvers/ledgerQueries.js';
import { NodeQueries } from './resolvers/nodeQueries.js';
import { objectFields } from './resolvers/objectFields.js';
import { OrderQueries } from './resolvers/orderQueries.js';
import { PolicyMutations } from './resolvers/policyMutations.js';
import { QuarantineMutations } from './resolvers/quarantineMutations.js';
import { Rethrow } from './resolvers/rethrow.js';
import { StockQueries } from './resolvers/stockQueries.js';

class GatewayModule {}

/** The gateway's wiring: schema-first, root fields as Nest resolvers, fields of objects as plain functions. */
export function gatewayModule(parts: GatewayParts, typeDefs: string): DynamicModule {
  return {
    module: GatewayModule,
    imports: [GraphQLModule.forRoot<QuaysideDriverOptions>({ driver: QuaysideDriver, path: '/graphql', typeDefs, resolvers: objectFields(parts), parts })],
    providers: [
      { provide: GATEWAY_PARTS, useValue: parts },
      { provide: APP_FILTER, useClass: Rethrow },
      StockQueries,
      LedgerQueries,
      AlertQueries,
      NodeQueries,
      HealthQueries,
      OrderQueries,
      EventQueries,
      PlaceQueries,
      ViewerQueries,
      AnalyticsQueries,
      PolicyMutations,
      CommandMutations,
      QuarantineMutations,
      AlertMutations,
    ],
  };
}
