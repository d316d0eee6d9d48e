import type { Delivery } from '../../http-message/incremental.ts';

/** How the parts of an answer are written as the body of a response. */
export type PartEncoding = {
  readonly contentType: string;
  encode(json: string, isFirst: boolean, isLast: boolean): string;
};

/** Chooses the encoding: multipart, or events of GraphQL over SSE. The parameter of the client is repeated in the media type. */
export function encodingOf({ type, parameter }: Delivery): PartEncoding {
  const suffix = parameter === undefined ? '' : `; ${parameter}`;
  return type === 'multipart/mixed'
    ? { contentType: `multipart/mixed; boundary="-"${suffix}`, encode: encodeMultipart }
    : { contentType: `text/event-stream; charset=utf-8${suffix}`, encode: encodeEvent };
}

/** The boundary behind a part is written with it, because a client processes a part when it has the whole boundary. */
function encodeMultipart(json: string, isFirst: boolean, isLast: boolean): string {
  const start = isFirst ? '\r\n---' : '';
  const end = isLast ? '--\r\n' : '';
  return `${start}\r\nContent-Type: application/json; charset=utf-8\r\n\r\n${json}\r\n---${end}`;
}

function encodeEvent(json: string, _isFirst: boolean, isLast: boolean): string {
  return `event: next\ndata: ${json}\n\n${isLast ? 'event: complete\ndata:\n\n' : ''}`;
}
