import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Contact, type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';

/**
 * Starts the emulator of a test file and logs in as its manager. The emulator is reset before each test, and closed after
 * the last one.
 */
export async function startTestEmulator(options: EmulatorOptions): Promise<{ emulator: Emulator; api: ApiClient }> {
  const emulator = await startEmulator(options);
  beforeEach(() => emulator.control.reset());
  afterAll(() => emulator.close());
  return { emulator, api: await logInClient(emulator) };
}

/** The smallest valid body of a creation. */
export const minimalContact = {
  organizationId: demo.organizationId,
  source: 'api',
  policies: { privacy: true, termsOfUse: true },
};

/** A response of the emulator. `body` is undefined when the text is not JSON. */
export type ApiResponse = {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test reads the fields of the response that it expects
  body: any;
};

type Credentials = { clientKey: string; clientSecret: string };

/** Sends one request over a real socket. */
export async function sendRequest(url: string, init: RequestInit = {}): Promise<ApiResponse> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

/** Logs in and returns the token. */
export async function logIn({ url }: Emulator, { clientKey, clientSecret }: Credentials): Promise<string> {
  const body = JSON.stringify({ clientKey, clientSecret });
  const response = await sendRequest(`${url}/v1/sts/login/services`, { method: 'POST', body });
  return response.body.token;
}

/** Sends a request with a token. `body` is serialized as JSON. */
export type ApiClient = (method: string, path: string, body?: unknown) => Promise<ApiResponse>;

/** Logs in and returns a client with that token. */
export async function logInClient(emulator: Emulator, credentials: Credentials = emulator): Promise<ApiClient> {
  return clientWithToken(emulator, await logIn(emulator, credentials));
}

/** Creates a client that sends this token. */
export function clientWithToken({ url }: Emulator, token: string): ApiClient {
  return (method, path, body) =>
    sendRequest(url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

/** Returns the path of the contact list with these parameters. */
export function contactsPath(
  { organizationId }: { organizationId: string },
  params: Record<string, string> = {},
): string {
  return `/v2/customers/organizations/${organizationId}?${new URLSearchParams(params)}`;
}

/** Reads all pages of a scroll, until an empty page or a page without a sid. */
export async function readScroll(
  api: ApiClient,
  organization: { organizationId: string },
  params: Record<string, string>,
): Promise<ApiResponse[]> {
  const pages = [await api('GET', contactsPath(organization, params))];
  for (let last = pages[0]; last?.body.sid !== undefined && last.body.count > 0; last = pages.at(-1)) {
    pages.push(await api('GET', contactsPath(organization, { ...params, sid: last.body.sid })));
  }
  return pages;
}

/** Returns the cids of the contacts on these pages. */
export function cidsOf(...pages: ApiResponse[]): string[] {
  return pages.flatMap(({ body }) => body.customers.map(({ cid }: { cid: string }) => cid));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns whether a contact has accepted a policy. */
export function hasAccepted({ policies }: Contact, policy: string): boolean {
  return Array.isArray(policies) && policies.some(({ name, accepted }) => name === policy && accepted);
}

/** Waits until a condition holds. */
export async function waitUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2);
}
