import { createUpstreamClient } from '../../src/upstream/client/client.ts';
import { type RawResponder, startRawResponder } from './raw-responder.ts';

/** A client of the upstream API whose upstream responds with bytes of the test. */
export type ResponderClient = {
  upstream: RawResponder;
  client: ReturnType<typeof createUpstreamClient>;
  /** Sets the next responses: a 200 with this body, its length, and these header lines. */
  respond(body: string | Buffer, ...lines: string[]): void;
  /** Sends a GET for a read or a POST for a write, and returns the JSON of the response, or the error of the client. */
  send(kind?: 'read' | 'write'): Promise<unknown>;
  close(): Promise<void>;
};

/** Starts a raw responder and a client of it. */
export async function startResponderClient(): Promise<ResponderClient> {
  const upstream = await startRawResponder();
  const client = createUpstreamClient({ url: upstream.url });
  return {
    upstream,
    client,
    respond(body, ...lines) {
      const bytes = Buffer.from(body);
      const head = ['HTTP/1.1 200 OK', `content-length: ${bytes.length}`, ...lines, '', ''].join('\r\n');
      upstream.respondWith(Buffer.concat([Buffer.from(head, 'latin1'), bytes]));
    },
    send(kind = 'read') {
      const call = kind === 'read' ? ({ method: 'GET' } as const) : ({ method: 'POST', body: {} } as const);
      return client.send({ ...call, kind, path: '/a', signal: AbortSignal.timeout(5_000) }).then(
        ({ json }) => json,
        (error: unknown) => error,
      );
    },
    async close() {
      await client.close();
      await upstream.close();
    },
  };
}
