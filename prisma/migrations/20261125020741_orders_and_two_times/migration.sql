-- AlterTable
ALTER TABLE "event_key" ADD COLUMN     "void_offset" BIGINT;

-- AlterTable
ALTER TABLE "ledger" ADD COLUMN     "by_id" TEXT,
ADD COLUMN     "by_source" TEXT,
ADD COLUMN     "order_line" INTEGER,
ADD COLUMN     "order_number" TEXT;

-- AlterTable
ALTER TABLE "level" ADD COLUMN     "last_count_at" BIGINT,
ADD COLUMN     "last_outbound_at" BIGINT;

-- AlterTable
ALTER TABLE "alert_fence" ADD COLUMN     "commands_offset" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "outbox_next" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "alert_episode" ADD COLUMN     "acknowledged_at" BIGINT,
ADD COLUMN     "acknowledged_by" TEXT,
ADD COLUMN     "at_risk" TEXT NOT NULL DEFAULT '[]',
ADD COLUMN     "comments" TEXT NOT NULL DEFAULT '[]',
ADD COLUMN     "order_number" TEXT,
ADD COLUMN     "resolved_by" TEXT,
ADD COLUMN     "snoozed_until" BIGINT,
ALTER COLUMN "location" DROP NOT NULL,
ALTER COLUMN "sku" DROP NOT NULL;

-- CreateTable
CREATE TABLE "stock_count" (
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "line" INTEGER NOT NULL,
    "location" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "bucket" TEXT NOT NULL,
    "lot" TEXT,
    "counted" BIGINT NOT NULL,
    "occurred_at" BIGINT NOT NULL,
    "source" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "event_id" TEXT NOT NULL,
    "voided" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "stock_count_pkey" PRIMARY KEY ("partition","offset","line")
);

-- CreateTable
CREATE TABLE "supply_order" (
    "partition" INTEGER NOT NULL,
    "location" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "source" TEXT,
    "customer" TEXT,
    "ship_to" TEXT,
    "priority" INTEGER NOT NULL,
    "policy" TEXT NOT NULL,
    "placed_at" BIGINT,
    "place" BIGINT,
    "promised_ship_by" BIGINT,
    "promised_deliver_by" BIGINT,
    "is_held" BOOLEAN NOT NULL,
    "stage" TEXT NOT NULL,
    "line_count" INTEGER NOT NULL,
    "ordered" BIGINT NOT NULL,
    "cancelled" BIGINT NOT NULL,
    "rejected" BIGINT NOT NULL,
    "backordered" BIGINT NOT NULL,
    "reserved" BIGINT NOT NULL,
    "shipped" BIGINT NOT NULL,
    "overshipped" BIGINT NOT NULL,
    "returned" BIGINT NOT NULL,
    "open" BIGINT NOT NULL,
    "early" TEXT,
    "joined" TEXT,
    "version" INTEGER NOT NULL,
    "updated_at" BIGINT NOT NULL,

    CONSTRAINT "supply_order_pkey" PRIMARY KEY ("partition","location","number")
);

-- CreateTable
CREATE TABLE "order_line" (
    "partition" INTEGER NOT NULL,
    "location" TEXT NOT NULL,
    "order_number" TEXT NOT NULL,
    "line" INTEGER NOT NULL,
    "sku" TEXT NOT NULL,
    "ordered" BIGINT NOT NULL,
    "cancelled" BIGINT NOT NULL,
    "shipped" BIGINT NOT NULL,
    "overshipped" BIGINT NOT NULL,
    "returned" BIGINT NOT NULL,
    "requested" BIGINT NOT NULL,
    "confirmed" BIGINT NOT NULL,
    "backordered" BIGINT NOT NULL,
    "rejected" BIGINT NOT NULL,
    "withdrawn" BIGINT NOT NULL,
    "active" BIGINT NOT NULL,
    "consumed" BIGINT NOT NULL,
    "released" BIGINT NOT NULL,
    "expired" BIGINT NOT NULL,

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("partition","location","order_number","line")
);

-- CreateTable
CREATE TABLE "order_stage_change" (
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "location" TEXT NOT NULL,
    "order_number" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "occurred_at" BIGINT NOT NULL,
    "recorded_at" BIGINT NOT NULL,

    CONSTRAINT "order_stage_change_pkey" PRIMARY KEY ("partition","offset","location","order_number")
);

-- CreateTable
CREATE TABLE "reservation" (
    "partition" INTEGER NOT NULL,
    "location" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "order_number" TEXT,
    "policy" TEXT NOT NULL,
    "expires_at" BIGINT,
    "expiry_offset" BIGINT,
    "place" BIGINT NOT NULL,
    "active" BIGINT NOT NULL,
    "decided_at" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    "updated_at" BIGINT NOT NULL,

    CONSTRAINT "reservation_pkey" PRIMARY KEY ("partition","location","reference")
);

-- CreateTable
CREATE TABLE "reservation_line" (
    "partition" INTEGER NOT NULL,
    "location" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "line" INTEGER NOT NULL,
    "sku" TEXT NOT NULL,
    "requested" BIGINT NOT NULL,
    "confirmed" BIGINT NOT NULL,
    "backordered" BIGINT NOT NULL,
    "rejected" BIGINT NOT NULL,
    "withdrawn" BIGINT NOT NULL,
    "active" BIGINT NOT NULL,
    "consumed" BIGINT NOT NULL,
    "released" BIGINT NOT NULL,
    "expired" BIGINT NOT NULL,

    CONSTRAINT "reservation_line_pkey" PRIMARY KEY ("partition","location","reference","line")
);

-- CreateTable
CREATE TABLE "reservation_entry" (
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "index" INTEGER NOT NULL,
    "location" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "order_number" TEXT,
    "reference" TEXT,
    "line" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "delta" BIGINT NOT NULL,
    "available_before" BIGINT,
    "recorded_at" BIGINT NOT NULL,

    CONSTRAINT "reservation_entry_pkey" PRIMARY KEY ("partition","offset","index")
);

-- CreateTable
CREATE TABLE "alert_timer" (
    "partition" INTEGER NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "due_at" BIGINT NOT NULL,
    "content" TEXT NOT NULL,

    CONSTRAINT "alert_timer_pkey" PRIMARY KEY ("partition","fingerprint")
);

-- CreateTable
CREATE TABLE "notification" (
    "partition" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "alert_id" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" BIGINT NOT NULL,
    "last_error" TEXT,
    "created_at" BIGINT NOT NULL,
    "sent_at" BIGINT,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("partition","id")
);

-- CreateIndex
CREATE INDEX "stock_count_location_sku_occurred_at_idx" ON "stock_count"("location", "sku", "occurred_at");

-- CreateIndex
CREATE INDEX "supply_order_number_idx" ON "supply_order"("number");

-- CreateIndex
CREATE INDEX "supply_order_stage_promised_ship_by_idx" ON "supply_order"("stage", "promised_ship_by");

-- CreateIndex
CREATE INDEX "supply_order_updated_at_location_number_idx" ON "supply_order"("updated_at" DESC, "location", "number");

-- CreateIndex
CREATE INDEX "order_stage_change_location_order_number_idx" ON "order_stage_change"("location", "order_number");

-- CreateIndex
CREATE INDEX "reservation_entry_location_sku_recorded_at_idx" ON "reservation_entry"("location", "sku", "recorded_at");

-- CreateIndex
CREATE INDEX "alert_timer_partition_due_at_idx" ON "alert_timer"("partition", "due_at");

-- CreateIndex
CREATE INDEX "notification_state_next_at_idx" ON "notification"("state", "next_at");

-- CreateIndex
CREATE INDEX "notification_alert_id_idx" ON "notification"("alert_id");

-- Numbers of alerts go on growing: so far they were offsets of supply.changes.
UPDATE "alert_fence" SET "outbox_next" = "next_offset";

-- Who waits, who holds, what comes due and what was taken back are few among many: Prisma has no word for a partial index.
CREATE INDEX "order_line_waiting" ON "order_line" ("partition", "location", "sku") WHERE "backordered" > 0;
CREATE INDEX "order_line_active" ON "order_line" ("partition", "location", "sku") WHERE "active" > 0;
CREATE INDEX "reservation_line_waiting" ON "reservation_line" ("partition", "location", "sku") WHERE "backordered" > 0;
CREATE INDEX "reservation_line_active" ON "reservation_line" ("partition", "location", "sku") WHERE "active" > 0;
CREATE INDEX "reservation_due" ON "reservation" ("partition", "expires_at") WHERE "expiry_offset" IS NOT NULL;
CREATE INDEX "reservation_of_order" ON "reservation" ("partition", "location", "order_number") WHERE "order_number" IS NOT NULL;
CREATE INDEX "event_key_tombstone" ON "event_key" ("partition", "offset") WHERE "state" = 'TOMBSTONE';
CREATE INDEX "ledger_order" ON "ledger" ("partition", "order_number") WHERE "order_number" IS NOT NULL;
