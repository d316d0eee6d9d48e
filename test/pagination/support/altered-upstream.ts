import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { startEmulator } from '../../../emulator/emulator.ts';
import { createAead } from '../../../src/crypto/aead.ts';
import { createCursorCipher } from '../../../src/crypto/cursor-cipher.ts';
import { startGateway } from '../../support/gateway.ts';
import { type RawUpstream, startRawUpstream } from '../../support/raw-upstream.ts';
import type { LosableStore } from './losable-store.ts';
import { newLocalStore, type Stack } from './stack.ts';

/** The body of a response of the upstream. */
export type Body = Record<string, unknown>;

/** How the responses of the upstream differ from those of the emulator. */
export type Alteration = {
  /** The largest number of rows that a page has, whatever size is requested. */
  maxRows?: number;
  /** Makes the body of a page that the emulator is not requested for. */
  insert?: (nth: number, request: URL) => Body | undefined;
  /** Changes the body of the nth page since the alteration was set, counted from 0. */
  page?: (body: Body, nth: number, request: URL) => void;
  /** Changes the body of a response that is no page of the list of contacts. */
  other?: (body: Body, request: URL) => void;
};

/** A gateway over an upstream that answers as the emulator does, with altered bodies. */
export type AlteredStack = Stack & {
  alter(alteration: Alteration): void;
  /** The lines that the gateway has logged since the alteration was set. */
  logged: readonly string[];
};

/** The values of the last operation that could not be decoded, as its line in the log counts them by path and kind. */
export function undecodableOf({ logged }: AlteredStack): unknown {
  return JSON.parse(logged.at(-1) ?? '{}').undecodable;
}

/** Starts the stack. @param options.store where the gateway stores scroll sessions; in its memory by default */
export async function startAlteredStack({
  store = newLocalStore(),
  env = {},
}: {
  store?: LosableStore;
  env?: Record<string, string>;
} = {}): Promise<AlteredStack> {
  const emulator = await startEmulator({ contacts: 0, secondContacts: 0, edgeCases: false });
  let alteration: Alteration = {};
  let pages = 0;
  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = new URL(request.url ?? '', emulator.url);
    const isList = target.pathname.includes('/organizations/');
    const size = Number(target.searchParams.get('size'));
    if (isList && alteration.maxRows !== undefined) {
      target.searchParams.set('size', String(Math.min(size, alteration.maxRows)));
    }
    const inserted = isList ? alteration.insert?.(pages, target) : undefined;
    if (inserted !== undefined) {
      pages += 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(inserted));
      return;
    }
    const body = upstream.bodies[upstream.requests.length - 1];
    const answer = await fetch(target, {
      method: request.method ?? 'GET',
      headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' },
      ...(request.method === 'POST' ? { body } : {}),
    });
    const json = await answer.json();
    if (isList && answer.ok) alteration.page?.(json, pages++, target);
    else alteration.other?.(json, target);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  }
  const upstream: RawUpstream = await startRawUpstream((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  const cursorCipher = createCursorCipher(createAead([randomBytes(32)], 'cursor'));
  const gateway = await startGateway({
    env: { OPERATION_DEADLINE_MS: '20000', TRY_TIMEOUT_MS: '10000', ...env },
    client: { url: upstream.url },
    shared: { emulator, cursorCipher, scrollSessionStore: store },
  });
  return {
    emulator,
    logged: gateway.logged,
    replicas: [{ store, query: (query, variables) => gateway.query(query, variables) }],
    alter(next) {
      alteration = next;
      pages = 0;
      gateway.logged.length = 0;
    },
    loseStores: () => store.lose(),
    listCalls: () => emulator.control.counts().contacts,
    async close() {
      await gateway.close();
      await store.close();
      await upstream.close();
      await emulator.close();
    },
  };
}
