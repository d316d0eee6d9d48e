import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { securityHeaders } from '../http-message/security-headers.ts';
import { maxTargetLength } from './request-target.ts';

/** An error of node's parser of HTTP. `rawPacket` is what it has read last. */
type ParserError = Error & { readonly code?: string; readonly rawPacket?: Buffer };

const headers = Object.entries({ ...securityHeaders, connection: 'close', 'content-length': '0' });

/**
 * Answers a request that node cannot parse, so that no request and response object exist, and closes its connection. The
 * statuses are those of node, but for a request target that is too long, which node counts as part of the headers.
 *
 * @param mayAnswer whether no other response has begun on the connection
 */
export function answerClientError(error: ParserError, socket: Socket, mayAnswer: boolean): void {
  if (error.code === 'ECONNRESET' || !socket.writable || !mayAnswer) {
    socket.destroy();
    return;
  }
  const status = statusOf(error);
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`);
  socket.destroySoon();
}

/** Whether a client began TLS, which https does: each connection of TLS begins with the bytes 22 and 3. */
export function beginsWithTls({ rawPacket }: ParserError): boolean {
  return rawPacket?.[0] === 22 && rawPacket[1] === 3;
}

function statusOf({ code, rawPacket }: ParserError): number {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return rawPacket !== undefined && beginsWithLongTarget(rawPacket) ? 414 : 431;
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 413;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408;
    default:
      return 400;
  }
}

/** Whether bytes begin with a request whose target alone is too long. */
function beginsWithLongTarget(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, maxTargetLength);
  return /^[A-Z]+ /.test(start) && !start.includes('\r\n');
}
