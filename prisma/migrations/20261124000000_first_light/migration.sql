-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "store" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "epoch" UUID NOT NULL,

    CONSTRAINT "store_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "fence" (
    "partition" INTEGER NOT NULL,
    "next_offset" BIGINT NOT NULL,
    "changes_offset" BIGINT NOT NULL,
    "hops_offset" BIGINT NOT NULL,
    "last_recorded_at" BIGINT NOT NULL,
    "last_appended_at" BIGINT,

    CONSTRAINT "fence_pkey" PRIMARY KEY ("partition")
);

-- CreateTable
CREATE TABLE "event_key" (
    "partition" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "offset" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "repeats" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "event_key_pkey" PRIMARY KEY ("partition","source","id")
);

-- CreateTable
CREATE TABLE "event" (
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "source" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "occurred_at" BIGINT NOT NULL,
    "received_at" BIGINT NOT NULL,
    "recorded_at" BIGINT NOT NULL,
    "applied_at" BIGINT NOT NULL,
    "record" BYTEA NOT NULL,
    "outcome" TEXT NOT NULL,
    "change_count" INTEGER NOT NULL,
    "hop_count" INTEGER NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("partition","offset")
);

-- CreateTable
CREATE TABLE "ledger" (
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "line" INTEGER NOT NULL,
    "location" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "lot" TEXT,
    "bucket" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "delta" BIGINT NOT NULL,
    "on_hand_after" BIGINT NOT NULL,
    "available_after" BIGINT NOT NULL,
    "source" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "event_id" TEXT NOT NULL,
    "reason" TEXT,
    "document" TEXT,
    "occurred_at" BIGINT NOT NULL,
    "received_at" BIGINT NOT NULL,
    "recorded_at" BIGINT NOT NULL,
    "late" BOOLEAN NOT NULL,

    CONSTRAINT "ledger_pkey" PRIMARY KEY ("partition","offset","line")
);

-- CreateTable
CREATE TABLE "level" (
    "partition" INTEGER NOT NULL,
    "location" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "sellable" BIGINT NOT NULL,
    "inspection" BIGINT NOT NULL,
    "hold" BIGINT NOT NULL,
    "damaged" BIGINT NOT NULL,
    "reserved" BIGINT NOT NULL,
    "in_transit" BIGINT NOT NULL,
    "on_order" BIGINT NOT NULL,
    "backordered" BIGINT NOT NULL,
    "reorder_point" BIGINT,
    "safety_stock" BIGINT,
    "version" INTEGER NOT NULL,
    "last_event_at" BIGINT,
    "updated_at" BIGINT NOT NULL,

    CONSTRAINT "level_pkey" PRIMARY KEY ("partition","location","sku")
);

-- CreateTable
CREATE TABLE "stock_exception" (
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "index" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "location" TEXT NOT NULL,
    "sku" TEXT,
    "detail" TEXT NOT NULL,

    CONSTRAINT "stock_exception_pkey" PRIMARY KEY ("partition","offset","index")
);

-- CreateTable
CREATE TABLE "quarantine" (
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "source" TEXT,
    "id" TEXT,
    "record" BYTEA NOT NULL,
    "recorded_at" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'WAITING',
    "decided_by" TEXT,
    "decided_reason" TEXT,
    "decided_at" BIGINT,
    "decided_offset" BIGINT,

    CONSTRAINT "quarantine_pkey" PRIMARY KEY ("partition","offset")
);

-- CreateTable
CREATE TABLE "alert_fence" (
    "partition" INTEGER NOT NULL,
    "next_offset" BIGINT NOT NULL,
    "last_offset" BIGINT NOT NULL,
    "last_index" INTEGER NOT NULL,
    "alerts_offset" BIGINT NOT NULL,

    CONSTRAINT "alert_fence_pkey" PRIMARY KEY ("partition")
);

-- CreateTable
CREATE TABLE "alert_episode" (
    "id" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "explanation" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "location" TEXT NOT NULL,
    "sku" TEXT NOT NULL,
    "opened_at" BIGINT NOT NULL,
    "last_seen_at" BIGINT NOT NULL,
    "occurrences" INTEGER NOT NULL,
    "detection_ms" INTEGER NOT NULL,
    "resolved_at" BIGINT,
    "resolution" TEXT,
    "caused_by" TEXT NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "alert_episode_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_outcome" (
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "alerts" TEXT NOT NULL,

    CONSTRAINT "alert_outcome_pkey" PRIMARY KEY ("partition","offset")
);

-- CreateTable
CREATE TABLE "operator_decision" (
    "id" SERIAL NOT NULL,
    "partition" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "from_offset" BIGINT NOT NULL,
    "to_offset" BIGINT NOT NULL,
    "decided_by" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "decided_at" BIGINT NOT NULL,

    CONSTRAINT "operator_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reconciliation" (
    "id" BIGSERIAL NOT NULL,
    "at" BIGINT NOT NULL,
    "levels_checked" INTEGER NOT NULL,
    "mismatches" INTEGER NOT NULL,
    "repaired" INTEGER NOT NULL,
    "took_ms" INTEGER NOT NULL,

    CONSTRAINT "reconciliation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "event_source_id_idx" ON "event"("source", "id");

-- CreateIndex
CREATE INDEX "ledger_location_sku_occurred_at_idx" ON "ledger"("location", "sku", "occurred_at");

-- CreateIndex
CREATE INDEX "ledger_recorded_at_partition_offset_line_idx" ON "ledger"("recorded_at", "partition", "offset", "line");

-- CreateIndex
CREATE INDEX "level_updated_at_location_sku_idx" ON "level"("updated_at" DESC, "location", "sku");

-- CreateIndex
CREATE INDEX "level_sku_location_idx" ON "level"("sku", "location");

-- CreateIndex
CREATE INDEX "alert_episode_status_opened_at_id_idx" ON "alert_episode"("status", "opened_at" DESC, "id");

-- CreateIndex
CREATE INDEX "alert_episode_partition_fingerprint_opened_at_idx" ON "alert_episode"("partition", "fingerprint", "opened_at" DESC);

-- CreateIndex
CREATE INDEX "reconciliation_at_idx" ON "reconciliation"("at" DESC);

-- At most one unresolved episode a fingerprint (architecture.md): Prisma has no word for a partial index.
CREATE UNIQUE INDEX "alert_episode_unresolved" ON "alert_episode" ("fingerprint") WHERE "status" <> 'RESOLVED';

-- Levels are updated in place all the time: room on the page keeps those updates off the indexes.
ALTER TABLE "level" SET (fillfactor = 70);
ALTER TABLE "fence" SET (fillfactor = 50);
