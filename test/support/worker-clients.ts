// Clients of workers, which count what is lost.
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { demo } from '../../emulator/demo.ts';

/** A read of a contact, which calls the upstream until it is cached. */
export const readContact = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;

/** An HTTP answer; `status` is that of HTTP. */
export type HttpAnswer = { status: number | undefined; body: string };

/** Sends an operation; without an agent over a connection of its own. */
export function send(url: string, token: string, query: string, agent: Agent | false = false): Promise<HttpAnswer> {
  return exchange(`${url}/graphql`, token, agent, JSON.stringify({ query }));
}

/** Sends a POST with a body, or a GET without one. */
async function exchange(url: string, token: string, agent: Agent | false, body?: string): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const call = request(url, { method: body === undefined ? 'GET' : 'POST', headers, agent });
  call.on('error', reject).on('response', resolve).end(body);
  const message = await promise;
  return { status: message.statusCode, body: await text(message) };
}

/** Clients that send requests until they are stopped. */
export type LoadClients = {
  /** The number of requests that were answered with 200. */
  answered(): number;
  /** What happened to the others. */
  lost(): readonly string[];
  /** Ends the clients after their pending requests. */
  stop(): Promise<void>;
};

/**
 * Starts clients that send operations and readiness checks. Each has one connection, and opens another one when an answer
 * closes it, as a load balancer does.
 */
export function startLoadClients(url: string, token: string, clients: number): LoadClients {
  const lost: string[] = [];
  let answered = 0;
  let isStopped = false;
  async function run(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; !isStopped; n += 1) {
      const isCheck = n % 5 === 0;
      try {
        const sent = isCheck ? exchange(`${url}/readyz`, token, agent) : send(url, token, readContact, agent);
        const { status, body } = await sent;
        if (status === 200 && (isCheck || body.includes('Ada'))) answered += 1;
        else lost.push(`${status}: ${body}`);
      } catch (error) {
        lost.push(String(error));
      }
    }
    agent.destroy();
  }
  const ended = Promise.all(Array.from({ length: clients }, run));
  return {
    answered: () => answered,
    lost: () => lost,
    async stop() {
      isStopped = true;
      await ended;
    },
  };
}
