import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { EventCommands, type VoidEventPayload } from '../commands/eventCommands.js';
import { PromiseCommands, type CancelOrderPayload, type ReserveStockPayload } from '../commands/promiseCommands.js';
import { StockCommands, type AdjustStockPayload, type RecordCountPayload } from '../commands/stockCommands.js';
import type { GatewayContext } from '../context.js';
import { GATEWAY_PARTS, type GatewayParts } from '../gatewayParts.js';
import type { Given } from '../reads/inputs.js';

/** Mutations that append one record of the log each: what it came to is in the answer. */
@Resolver()
export class CommandMutations {
  private readonly stock: StockCommands;
  private readonly promises: PromiseCommands;
  private readonly events: EventCommands;

  constructor(@Inject(GATEWAY_PARTS) { commandLog: log, pool, now }: Pick<GatewayParts, 'commandLog' | 'pool' | 'now'>) {
    this.stock = new StockCommands({ log, pool, now });
    this.promises = new PromiseCommands({ log, pool, now });
    this.events = new EventCommands({ log, pool, now });
  }

  @Mutation('adjustStock')
  adjustStock(@Args() given: Given, @Context() context: GatewayContext): Promise<AdjustStockPayload> {
    return this.stock.adjust(given['input'], context);
  }

  @Mutation('recordCount')
  recordCount(@Args() given: Given, @Context() context: GatewayContext): Promise<RecordCountPayload> {
    return this.stock.count(given['input'], context);
  }

  @Mutation('reserveStock')
  reserveStock(@Args() given: Given, @Context() context: GatewayContext): Promise<ReserveStockPayload> {
    return this.promises.reserve(given['input'], context);
  }

  @Mutation('releaseReservation')
  releaseReservation(@Args() given: Given, @Context() context: GatewayContext): Promise<ReserveStockPayload> {
    return this.promises.release(given['input'], context);
  }

  @Mutation('cancelOrder')
  cancelOrder(@Args() given: Given, @Context() context: GatewayContext): Promise<CancelOrderPayload> {
    return this.promises.cancelOrder(given['input'], context);
  }

  @Mutation('voidEvent')
  voidEvent(@Args() given: Given, @Context() context: GatewayContext): Promise<VoidEventPayload> {
    return this.events.voidEvent(given['input'], context);
  }
}
