import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What is known of an open connection. `quietSince` is a time of `performance.now()`, in ms. */
type Connection = { latestResponse: ServerResponse | undefined; bytesRead: number; quietSince: number };

/** Open connections, and how they end when the process stops. */
export type Connections = {
  /** The class of the server's responses: while the server drains, they close their connections. */
  Response: typeof ServerResponse<IncomingMessage>;
  /** Registers a connection when it is accepted. */
  add(socket: Socket): void;
  /** Registers a request when its headers have arrived. */
  begin(request: IncomingMessage, response: ServerResponse): void;
  /** The number of open connections. */
  count(): number;
  /** Whether no response has begun on a connection that is not complete yet. */
  isFree(socket: Socket): boolean;
  /** From now on responses have the header `Connection: close`. */
  drain(): void;
  /** Closes the connections without a pending response on which nothing has arrived for `quietMs`. */
  closeQuiet(): void;
};

/**
 * How long an idle connection stays open while the server stops, in ms. A client may send a request in the moment in which
 * its connection is closed, and cannot know whether the request was executed. A response with `Connection: close` ends a
 * connection without that doubt, so time is left for one more request.
 */
const quietMs = 2_000;

/** @param BaseResponse the class that the responses of the server extend */
export function createConnections(BaseResponse: typeof ServerResponse<IncomingMessage>): Connections {
  const connections = new Map<Socket, Connection>();
  let isDraining = false;

  /** Of pipelined requests only the last one closes the connection: the ones after a close would be lost. */
  function isLatest(response: ServerResponse): boolean {
    return connections.get(response.req.socket)?.latestResponse === response;
  }

  class DrainedResponse extends BaseResponse {
    override writeHead(...args: unknown[]): this {
      if (isDraining && isLatest(this)) this.setHeader('connection', 'close');
      return (super.writeHead as (...args: unknown[]) => this).apply(this, args);
    }
  }

  return {
    Response: DrainedResponse,
    add(socket) {
      connections.set(socket, { latestResponse: undefined, bytesRead: 0, quietSince: 0 });
      socket.once('close', () => connections.delete(socket));
    },
    begin({ socket }, response) {
      const connection = connections.get(socket);
      if (connection !== undefined) connection.latestResponse = response;
    },
    count: () => connections.size,
    isFree(socket) {
      const latest = connections.get(socket)?.latestResponse;
      return latest === undefined || latest.writableFinished || !latest.headersSent;
    },
    drain() {
      isDraining = true;
    },
    closeQuiet() {
      const now = performance.now();
      for (const [socket, connection] of connections) {
        const { latestResponse, bytesRead, quietSince } = connection;
        const isPending = latestResponse !== undefined && !latestResponse.writableFinished;
        if (isPending || socket.bytesRead !== bytesRead || quietSince === 0) {
          Object.assign(connection, { bytesRead: socket.bytesRead, quietSince: now });
        } else if (now - quietSince >= quietMs) socket.destroy();
      }
    },
  };
}
