import { connect } from 'node:net';

/**
 * Whether a server speaks, asked in its own protocol and without its client library: a port is open long
 * before the server behind it can work.
 */

/** Asks Kafka for the versions it speaks; a broker that is still loading does not answer. */
export async function doesKafkaAnswer(port, host = '127.0.0.1') {
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0); // bytes that follow
  request.writeInt16BE(18, 4); // ApiVersions
  request.writeInt16BE(0, 6); // version 0
  request.writeInt32BE(1, 8); // correlation id
  request.writeInt16BE(-1, 12); // no client id
  const reply = await ask({ port, host, request });
  return reply !== null && reply.length >= 10 && reply.readInt32BE(4) === 1;
}

/** Sends a start-up message: 'R' asks for the password, 'E' says that the database is still starting. */
export async function doesPostgresAnswer(port, host = '127.0.0.1') {
  const parameters = Buffer.from('user\0quayside\0database\0quayside\0\0');
  const request = Buffer.alloc(8 + parameters.length);
  request.writeInt32BE(request.length, 0);
  request.writeInt32BE(196_608, 4); // protocol 3.0
  parameters.copy(request, 8);
  const reply = await ask({ port, host, request });
  return reply !== null && reply.toString('latin1', 0, 1) === 'R';
}

/** PING: a Redis that still reads its file says LOADING, one that wants a password first says NOAUTH. */
export async function doesRedisAnswer(port, host = '127.0.0.1') {
  const reply = await ask({ port, host, request: Buffer.from('PING\r\n') });
  return reply !== null && /^(\+PONG|-NOAUTH)/.test(reply.toString('latin1'));
}

const ANSWER_MS = 1000;

/** The first bytes that come back, or null. */
function ask({ port, host, request }) {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const answer = (reply) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reply);
    };
    const timer = setTimeout(() => answer(null), ANSWER_MS);
    socket.once('connect', () => socket.write(request));
    socket.once('data', answer);
    socket.once('error', () => answer(null));
    socket.once('close', () => answer(null));
  });
}
