import { Module, type DynamicModule } from '@nestjs/common';

/** Inventory has no routes of its own: what it does is driven by the log. */
@Module({})
export class InventoryModule {
  static make(): DynamicModule {
    return { module: InventoryModule };
  }
}
