import { once } from 'node:events';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { demo } from '../../emulator/demo.ts';
import type { HttpServer } from '../../src/http/server.ts';

/** What differs from a POST of an empty JSON body to `/graphql`. With `chunked` the request declares no length. */
export type RequestOptions = {
  method?: string;
  path?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
  chunked?: boolean;
};

/** A response, in which numbers that depend on the time are replaced. */
export type ReceivedResponse = {
  status: number | undefined;
  message: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
};

/** Sends one request over a socket of its own, with exactly these bytes. */
export async function send(
  { url }: HttpServer,
  { method = 'POST', path = '/graphql', headers, body = '', chunked }: RequestOptions,
): Promise<ReceivedResponse> {
  const length = chunked ? {} : { 'content-length': Buffer.byteLength(body) };
  const allHeaders = { 'content-type': 'application/json', 'x-request-id': 'one', ...length, ...headers };
  const call = request(`${url}${path}`, { method, headers: allHeaders, agent: false });
  call.on('error', () => undefined); // the server may close the connection before the whole body is sent
  call.end(body);
  const [response] = await once(call, 'response');
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  const { date: _, ratelimit, ...rest } = response.headers;
  // The calls that are left of a budget depend on the time.
  const compared: IncomingHttpHeaders =
    ratelimit === undefined ? rest : { ...rest, ratelimit: parametersOf(ratelimit) };
  return { status: response.statusCode, message: response.statusMessage, headers: compared, body: text };
}

function parametersOf(header: string | readonly string[]): string {
  return String(header).replaceAll(/\d+/g, 'n');
}

/** A document with two upstream calls. */
export const ada = `{ contact(by: {cid: "${demo.contactId}"}) { firstName devices { totalCount } } }`;

/** The body of a request with these parameters. */
export const json = (params: unknown) => JSON.stringify(params);
