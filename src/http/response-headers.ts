import type { IncomingMessage, ServerResponse } from 'node:http';
import { securityHeaders } from '../http-message/security-headers.ts';
import type { Cors } from './cors.ts';

const securityHeaderList = Object.entries(securityHeaders).flat();

/**
 * Creates the class of the server's responses that completes the headers of each: those of security and those of CORS. It is
 * the only place, so that no route, refusal or failure is without them, on either path, and a browser app can read why it was
 * refused.
 *
 * @param BaseResponse the class that it extends
 */
export function createResponseHeaders(
  BaseResponse: typeof ServerResponse<IncomingMessage>,
  cors: Cors,
): typeof ServerResponse<IncomingMessage> {
  return class extends BaseResponse {
    override writeHead(status: number, ...rest: unknown[]): this {
      const message = typeof rest[0] === 'string' ? rest.slice(0, 1) : [];
      const headers = toList(rest[message.length]);
      // A page has a policy of its own, and the other headers with it.
      const hasPolicy = headers.includes('content-security-policy') || this.hasHeader('content-security-policy');
      const ofSecurity = hasPolicy ? [] : securityHeaderList;
      const all = [...headers, ...ofSecurity, ...cors.headersFor(this.req)];
      return (super.writeHead as (...args: unknown[]) => this).call(this, status, ...message, all);
    }
  };
}

/** Headers as node:http takes them, which are absent, a list of names and values, or an object. */
function toList(headers: unknown): readonly unknown[] {
  return Array.isArray(headers) ? headers : Object.entries(headers ?? {}).flat();
}
