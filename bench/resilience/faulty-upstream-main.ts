// An upstream that can fall ill, with the answers of bench/upstream.
// node bench/resilience/faulty-upstream-main.ts <port>

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import process from 'node:process';
import { chance, createRandom, integerBelow } from '../../emulator/data/random.ts';
import { createRoutes } from '../upstream/routes.ts';
import { type Counts, control, type Health } from './control-paths.ts';

const answerOf = createRoutes();
const random = createRandom(6);
/** Of clients that will never hear anything. */
const hanging = new Set<Socket>();
let health: Health = 'healthy';
let counts: Counts = { calls: 0, peakInFlight: 0 };
let inFlight = 0;

createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const target = request.url ?? '';
  if (target === control.counts) response.end(JSON.stringify(counts));
  else if (target.startsWith(control.become)) become(target.slice(control.become.length), response);
  else serve(target, request, response);
}).listen(Number(process.argv[2]), '127.0.0.1');

function become(next: string, response: ServerResponse): void {
  health = next as Health; // nobody but the bench asks
  counts = { calls: 0, peakInFlight: inFlight };
  for (const socket of health === 'dead' ? [] : hanging) socket.destroy();
  response.end('{}');
}

function serve(target: string, { socket }: IncomingMessage, response: ServerResponse): void {
  const json = bodyOf(target);
  inFlight += 1;
  counts = { calls: counts.calls + 1, peakInFlight: Math.max(counts.peakInFlight, inFlight) };
  response.once('close', () => {
    inFlight -= 1;
    hanging.delete(socket);
  });
  if (json === undefined) response.writeHead(404).end();
  else if (health === 'dead') hanging.add(socket);
  else if (health === 'healthy') answer();
  else if (chance(random, 50)) response.writeHead(503).end();
  else setTimeout(answer, 500 + integerBelow(random, 1_001));

  function answer(): void {
    response.writeHead(200, { 'content-type': 'application/json' }).end(json);
  }
}

/** The cheap upstream's answers come with their heads. */
function bodyOf(target: string): Buffer | undefined {
  const answer = answerOf(target)?.answer;
  return answer?.subarray(answer.indexOf('\r\n\r\n') + 4);
}
