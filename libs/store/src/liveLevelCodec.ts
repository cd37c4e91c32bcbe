import { splitLevelKey, type Level } from '@quayside/contracts';

/**
 * A level as a field of a partition's Redis hash: a JSON array that begins with the version, which is what the scripts
 * compare. The key (location, tab, sku) is the field's name.
 */
export function encodeLiveLevel(level: Level): string {
  return JSON.stringify([
    level.version,
    level.sellable,
    level.inspection,
    level.hold,
    level.damaged,
    level.reserved,
    level.inTransit,
    level.onOrder,
    level.backordered,
    level.reorderPoint,
    level.safetyStock,
    level.lastEventAt,
    level.updatedAt,
    level.lastCountAt,
    level.lastOutboundAt,
  ]);
}

type Fields = [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number | null,
  number | null,
  number | null,
  number,
  number | null,
  number | null,
];

/** Throws when the value is not one that encodeLiveLevel made. */
export function decodeLiveLevel(key: string, value: string): Level {
  const fields = JSON.parse(value) as Fields;
  if (!Array.isArray(fields) || fields.length !== 15) throw new Error(`A live level of unknown form under ${JSON.stringify(key)}`);
  const [
    version,
    sellable,
    inspection,
    hold,
    damaged,
    reserved,
    inTransit,
    onOrder,
    backordered,
    reorderPoint,
    safetyStock,
    lastEventAt,
    updatedAt,
    lastCountAt,
    lastOutboundAt,
  ] = fields;
  return {
    ...splitLevelKey(key),
    version,
    sellable,
    inspection,
    hold,
    damaged,
    reserved,
    inTransit,
    onOrder,
    backordered,
    reorderPoint,
    safetyStock,
    lastEventAt,
    lastCountAt,
    lastOutboundAt,
    updatedAt,
  };
}
