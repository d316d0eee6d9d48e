import type { IncomingMessage } from 'node:http';

/** A path with an optional query: visible ASCII, without `#`, which no request target contains. */
const originForm = /^\/[\x21\x22\x24-\x7e]*$/;
/** The longest request target in characters; all headers together, with the target, have at most 16 kB. */
export const maxTargetLength = 12_000;

/** Whether the target of a request is too long, which is checked before anything of it is parsed. */
export function isTargetTooLong({ url = '' }: IncomingMessage): boolean {
  return url.length > maxTargetLength;
}

const absoluteForm = /^https?:\/\/([^/?]*)(.*)$/i;

/**
 * Brings the target of a request into the form that everything behind the server expects: `url` is a path with an optional
 * query, and `host` is the authority that the client addressed. RFC 9112 makes a server accept `GET http://host/path`, whose
 * authority replaces the header `Host`; `//host/path` is a path, and no authority.
 *
 * A slash at the end of the path and an empty query are removed, because proxies and health checks add them.
 *
 * @returns the reason for a 400, as a public message; undefined for a request that can be served
 */
export function normalizeRequestTarget(request: IncomingMessage): string | undefined {
  const { method, url = '', headers, rawHeaders } = request;
  const [, authority, rest = ''] = absoluteForm.exec(url) ?? [];
  const target = authority === undefined ? url : rest.startsWith('/') ? rest : `/${rest}`;
  const isAboutServer = method === 'OPTIONS' && url === '*';
  if (!isAboutServer && !originForm.test(target)) {
    return 'The request target is a path, or an http or https address with a path.';
  }
  if (authority !== undefined) headers.host = authority;
  if (!isHost(headers.host) || countHosts(rawHeaders) > 1) {
    return 'A request names one host, as a host name or an address with an optional port.';
  }
  request.url = removeEmptyParts(target);
  return undefined;
}

/** Removes an empty query, and a slash at the end of the path. */
function removeEmptyParts(target: string): string {
  const path = pathOf({ url: target });
  const query = target.slice(path.length + 1);
  const shortPath = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  return query === '' ? shortPath : `${shortPath}?${query}`;
}

/** The path of a normalized request target. */
export function pathOf({ url = '/' }: { url?: string | undefined }): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

/** Only HTTP/1.0 permits a request without a host: Node refuses it in HTTP/1.1. */
function isHost(host: string | undefined): boolean {
  return host === undefined || (/^[\w.:[\]-]{1,261}$/.test(host) && URL.canParse(`http://${host}`));
}

/** Node keeps the first of several `Host` headers; a proxy may have looked at another one. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}
