// An upstream whose health can be changed, with the responses of bench/upstream.
// node bench/resilience/faulty-upstream-main.ts <port>

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import process from 'node:process';
import { chance, createRandom, integerBelow } from '../../emulator/data/random.ts';
import { createRoutes } from '../upstream/routes.ts';
import { type Counts, control, type Health } from './control-paths.ts';
import { findPattern } from './failure-patterns.ts';

const responseOf = createRoutes();
const random = createRandom(6);
/** The sockets of calls that get no response. */
const hanging = new Set<Socket>();
/** The number of calls of each target, on which the outcome of a call depends. */
const attempts = new Map<string, number>();
let health: Health = 'healthy';
let healthSince = performance.now();
let counts: Counts = { calls: 0, peakInFlight: 0 };
let inFlight = 0;

createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const target = request.url ?? '';
  if (target === control.counts) response.end(JSON.stringify(counts));
  else if (target.startsWith(control.setHealth)) setHealth(target.slice(control.setHealth.length), response);
  else serve(target, request, response);
}).listen(Number(process.argv[2]), '127.0.0.1');

function setHealth(next: string, response: ServerResponse): void {
  health = next as Health; // Only the bench sends this request, with a valid value.
  healthSince = performance.now();
  counts = { calls: 0, peakInFlight: inFlight };
  for (const socket of health === 'outage' ? [] : hanging) socket.destroy();
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
  else if (health === 'outage') hanging.add(socket);
  else if (health === 'healthy') respond();
  else if (findPattern(health) !== undefined) meetFate(target, socket, response, respond);
  else if (chance(random, 50)) response.writeHead(503).end();
  else setTimeout(respond, 500 + integerBelow(random, 1_001));

  function respond(): void {
    response.writeHead(200, { 'content-type': 'application/json' }).end(json);
  }
}

/** Treats a call as the pattern says. The same call of another gateway has the same outcome. */
function meetFate(target: string, socket: Socket, response: ServerResponse, respond: () => void): void {
  const attempt = (attempts.get(target) ?? 0) + 1;
  attempts.set(target, attempt);
  const random = createRandom(...Buffer.from(target), attempt);
  const outcome = findPattern(health)?.outcomeOf(integerBelow(random, 100), random, performance.now() - healthSince);
  if (outcome === undefined || outcome === 'hang') hanging.add(socket);
  else setTimeout(() => (outcome.status === 200 ? respond() : response.writeHead(outcome.status).end()), outcome.ms);
}

/** Returns the body of a response of bench/upstream, which includes the HTTP head. */
function bodyOf(target: string): Buffer | undefined {
  const response = responseOf(target)?.response;
  return response?.subarray(response.indexOf('\r\n\r\n') + 4);
}
