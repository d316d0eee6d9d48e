import type { RequestListener } from 'node:http';
import { startHttpServer } from '../../src/http/server.ts';

export type Served = { method: string; path: string; status: number };

/**
 * Starts the gateway's server on a free port of the loopback interface, and records its responses.
 *
 * @param corsOrigins the origins whose pages may read responses
 */
export async function serve(listener: RequestListener, corsOrigins: readonly string[] = []) {
  const served: Served[] = [];
  const server = await startHttpServer(
    (request, response) => {
      const { method = '', url: path = '' } = request;
      response.on('finish', () => served.push({ method, path, status: response.statusCode }));
      listener(request, response);
    },
    '127.0.0.1',
    0,
    { corsOrigins },
  );
  return { origin: server.url, served, close: () => server.stop(0) };
}
