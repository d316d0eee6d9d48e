import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What is known of an open connection. Times are of `performance.now()`, in ms. */
type Connection = {
  latestResponse?: ServerResponse;
  bytesRead: number;
  /** Since when the server waits for its client, and nothing has arrived. */
  quietSince?: number | undefined;
  /** When it was seen first that the server's side has ended. */
  endedAt?: number;
};

/** How many connections are open, and on how many of them a response is pending. */
export type ConnectionCounts = { connections: number; pendingRequests: number };

/** Open connections, and how they end when the process stops. */
export type Connections = {
  /** The class of the server's responses: while the server drains, they close their connections. */
  Response: typeof ServerResponse<IncomingMessage>;
  /** Registers a connection when it is accepted. */
  add(socket: Socket): void;
  /**
   * Registers a request when its headers have arrived.
   *
   * @returns false for a request after the last response of its connection, which must not be executed: it cannot be answered
   */
  begin(request: IncomingMessage, response: ServerResponse): boolean;
  /** Whether no response has begun on a connection that is not complete yet. */
  isFree(socket: Socket): boolean;
  /** From now on responses have the header `Connection: close`. */
  drain(): void;
  /** Closes the connections that wait for their clients, when nothing has arrived on them for `quietMs`. */
  closeQuiet(): void;
  /** Destroys the connections whose clients have not closed them within `lingerMs` after the server's side ended. */
  destroyEnded(): void;
  /** Destroys all connections, with what is pending on them. */
  destroyAll(): void;
  counts(): ConnectionCounts;
};

/**
 * How long a connection that waits for its client stays open while the server stops, in ms. A client may send a request in
 * the moment in which its connection is closed, and cannot know whether the request was executed. A response with
 * `Connection: close` ends a connection without that doubt, so time is left for one more request.
 */
const quietMs = 2_000;

/** How long a client has to close a connection after the server has ended its side of it, in ms. */
const lingerMs = 1_000;

/**
 * @param BaseResponse the class that the responses of the server extend
 * @param refuseUnfinished answers a request whose body does not arrive, and ends its connection
 */
export function createConnections(
  BaseResponse: typeof ServerResponse<IncomingMessage>,
  refuseUnfinished: (socket: Socket) => void,
): Connections {
  const connections = new Map<Socket, Connection>();
  let isDraining = false;

  /** Of pipelined requests only the last one closes the connection: the ones after a close would be lost. */
  function isLatest(response: ServerResponse): boolean {
    return connections.get(response.req.socket)?.latestResponse === response;
  }

  class DrainedResponse extends BaseResponse {
    override writeHead(...args: unknown[]): this {
      if (isDraining && isLatest(this)) {
        this.shouldKeepAlive = false;
        this.req.socket.destroySoon = endWriting;
      }
      return (super.writeHead as (...args: unknown[]) => this).apply(this, args);
    }
  }

  return {
    Response: DrainedResponse,
    add(socket) {
      connections.set(socket, { bytesRead: 0 });
      socket.once('close', () => connections.delete(socket));
    },
    begin({ socket }, response) {
      const connection = connections.get(socket);
      if (connection === undefined) return true;
      const { latestResponse } = connection;
      const isLast = latestResponse?.headersSent === true && !latestResponse.shouldKeepAlive;
      if (isLast || socket.writableEnded) return false;
      connection.latestResponse = response;
      return true;
    },
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
        if (socket.writableEnded) continue;
        const isUnfinished = isBodyAwaited(connection);
        const isWaiting = isUnfinished || !hasPendingResponse(connection);
        if (!isWaiting || socket.bytesRead !== connection.bytesRead) connection.quietSince = undefined;
        connection.bytesRead = socket.bytesRead;
        connection.quietSince ??= now;
        if (now - connection.quietSince < quietMs) continue;
        if (isUnfinished) refuseUnfinished(socket);
        else socket.end();
      }
    },
    destroyEnded() {
      const now = performance.now();
      for (const [socket, connection] of connections) {
        if (!socket.writableFinished) continue;
        connection.endedAt ??= now;
        if (now - connection.endedAt >= lingerMs) socket.destroy();
      }
    },
    destroyAll() {
      for (const socket of connections.keys()) socket.destroy();
    },
    counts: () => ({
      connections: connections.size,
      pendingRequests: [...connections.values()].filter(hasPendingResponse).length,
    }),
  };
}

function hasPendingResponse({ latestResponse }: Connection): boolean {
  return latestResponse !== undefined && !latestResponse.writableFinished;
}

/** Whether the gateway waits for the body of a request. */
function isBodyAwaited({ latestResponse }: Connection): boolean {
  return latestResponse !== undefined && !latestResponse.req.complete && !latestResponse.headersSent;
}

/**
 * Ends a connection after its last response, in place of node's method, which closes it in both directions. The system would
 * then reset the connection when another byte of the client arrives, and discard what is not sent yet.
 */
function endWriting(this: Socket): void {
  this.end();
}
