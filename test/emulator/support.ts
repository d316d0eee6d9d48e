import type { Emulator } from '../../emulator/emulator.ts';

export type Reply = {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test picks from an answer what it asked for
  body: any;
};

type Credentials = { clientKey: string; clientSecret: string };

/** Sends one request over a real socket. */
export async function send(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

export async function logIn({ url }: Emulator, { clientKey, clientSecret }: Credentials): Promise<string> {
  const body = JSON.stringify({ clientKey, clientSecret });
  const reply = await send(`${url}/v1/sts/login/services`, { method: 'POST', body });
  return reply.body.token;
}

export type Api = (method: string, path: string, body?: unknown) => Promise<Reply>;

/** A client that has logged in. */
export async function connect(emulator: Emulator, credentials: Credentials = emulator): Promise<Api> {
  return withToken(emulator, await logIn(emulator, credentials));
}

export function withToken({ url }: Emulator, token: string): Api {
  return (method, path, body) =>
    send(url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

/** The path of the contact list with these parameters. */
export function listPath({ organizationId }: { organizationId: string }, params: Record<string, string> = {}): string {
  return `/v2/customers/organizations/${organizationId}?${new URLSearchParams(params)}`;
}

/** Reads a scroll to its end, whichever way that shows. */
export async function walk(
  api: Api,
  organization: { organizationId: string },
  params: Record<string, string>,
): Promise<Reply[]> {
  const pages = [await api('GET', listPath(organization, params))];
  for (let last = pages[0]; last?.body.sid !== undefined && last.body.count > 0; last = pages.at(-1)) {
    pages.push(await api('GET', listPath(organization, { ...params, sid: last.body.sid })));
  }
  return pages;
}

export function cidsOf(...pages: Reply[]): string[] {
  return pages.flatMap(({ body }) => body.customers.map(({ cid }: { cid: string }) => cid));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
