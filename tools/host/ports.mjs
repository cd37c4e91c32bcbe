import { createServer, connect } from 'node:net';
import { Failure } from './failure.mjs';

const PORT_MAX = 65_535;
/** So many ports past the wanted one are tried; a machine with that many taken is in trouble of another kind. */
const CANDIDATES_MAX = 200;

/**
 * Takes the wanted port, or the next free one, and holds it until `release()`: two launchers that start at the
 * same moment would otherwise both find it free and collide minutes later.
 * @param {{ wanted: number, avoid?: ReadonlySet<number> }} wish `avoid`: ports that others are going to want
 * @returns {Promise<{ port: number, wanted: number, release: () => Promise<void> }>}
 */
export async function reservePort({ wanted, avoid = new Set() }) {
  const last = Math.min(wanted + CANDIDATES_MAX, PORT_MAX);
  for (let port = wanted; port <= last; port += 1) {
    if (port !== wanted && avoid.has(port)) continue;
    const server = await listen(port);
    if (server) return { port, wanted, release: once(() => close(server)) };
  }
  throw new Failure({
    what: `No free port from ${wanted} to ${last}`,
    fix: 'Choose another range with --port-base N.',
  });
}

/** Whether something listens there. On macOS a wildcard listener does not stop us from binding, so ask. */
export function isListening(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 300 });
    const answer = (isOpen) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => answer(true));
    socket.once('timeout', () => answer(false));
    socket.once('error', () => answer(false));
  });
}

async function listen(port) {
  if (await isListening(port)) return null;
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else reject(error);
    });
    // Exclusive and not kept alive by it: a reservation must never be the reason why a launcher does not end.
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server.unref()));
  });
}

function close(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function once(action) {
  let outcome;
  return () => (outcome ??= action());
}
