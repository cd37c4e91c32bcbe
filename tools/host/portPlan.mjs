import { join } from 'node:path';
import { readJson, writeJson } from './files.mjs';
import { reservePort } from './ports.mjs';

const PORT_BASE = 4000;

/** What a stack alone listens on. */
export const STACK_PORTS = ['kafka', 'kafkaController', 'postgres', 'redis'];

/** Where each thing wants to listen, counted from the base. */
const OFFSETS = {
  ingest: 0,
  gateway: 1,
  dashboard: 2,
  inventory: 3,
  alerting: 4,
  kafka: 10,
  kafkaController: 11,
  postgres: 12,
  redis: 13,
};

/**
 * Reserves a port for everything that is going to listen. What the data folder used last time is wanted first,
 * so that links, bookmarks and scripts stay right; a busy one is replaced by the next free one.
 * @param {{ home: string, base?: number, names?: string[], extra?: string[] }} wish `names`: what is going to
 *        listen (default: everything); `extra`: further things (inventory-2, …)
 * @returns {Promise<{ ports: Record<string, number>, moved: { name: string, wanted: number, port: number }[],
 *                     release: (name: string) => Promise<void>, releaseAll: () => Promise<void> }>}
 */
export async function planPorts({ home, base, names = Object.keys(OFFSETS), extra = [] }) {
  const remembered = readJson(pathOf(home));
  const startsAt = base ?? remembered?.base ?? PORT_BASE;
  const known = remembered?.base === startsAt ? remembered.ports : {};
  const preferred = Object.fromEntries(names.map((name) => [name, startsAt + OFFSETS[name]]));
  extra.forEach((name, index) => (preferred[name] = startsAt + 20 + index));

  const wanted = { ...preferred, ...pick(known, Object.keys(preferred)) };
  const avoid = new Set(Object.values(wanted));
  const reservations = {};
  for (const name of Object.keys(wanted)) {
    reservations[name] = await reservePort({ wanted: wanted[name], avoid });
    avoid.add(reservations[name].port);
  }
  const ports = Object.fromEntries(Object.entries(reservations).map(([name, { port }]) => [name, port]));
  writeJson(pathOf(home), { base: startsAt, ports: { ...known, ...ports } });
  return {
    ports,
    moved: Object.entries(reservations)
      .filter(([name, { port }]) => port !== wanted[name])
      .map(([name, { port }]) => ({ name, wanted: wanted[name], port })),
    release: async (name) => {
      await reservations[name]?.release();
      if (name === 'kafka') await reservations.kafkaController?.release();
    },
    releaseAll: async () => void (await Promise.all(Object.values(reservations).map((held) => held.release()))),
  };
}

/** The ports of the last start on this data folder; undefined before the first. */
export function rememberedPorts(home) {
  return readJson(pathOf(home))?.ports;
}

function pathOf(home) {
  return join(home, 'ports.json');
}

function pick(values, names) {
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
}
