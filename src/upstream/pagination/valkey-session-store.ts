import { randomUUID } from 'node:crypto';
import type { Aead } from '../../crypto/aead.ts';
import { parseDone, type Valkey } from '../../valkey/connection.ts';
import type { ScrollSession } from './scroll-session.ts';
import type { ScrollSessionStore } from './session-store.ts';
import {
  acquireLeaseScript,
  loadFieldScript,
  releaseLeaseScript,
  saveSessionScript,
} from './valkey-session-scripts.ts';

/** Includes the version of the stored format: replicas with another version do not load these sessions. */
const prefix = 'contactgraph:scroll-session:5:';

/** How long a session is kept after its last use, in ms; longer than any scroll lives. */
const sessionTtlMs = 10 * 60_000;

/** How long other readers wait for the holder of a lease, in ms. It does not decide which rows they may read. */
const leaseMs = 10_000;

/**
 * Creates a store that replicas share. Everything in it is encrypted, so the server, its snapshots and its other clients
 * learn nothing about contacts. Whatever happens to the server, the store behaves like one that has lost its sessions.
 */
export function createValkeyScrollSessionStore(valkey: Valkey, { encrypt, decrypt }: Aead): ScrollSessionStore {
  const load = <T>(key: string, field: string, parse: (bytes: Buffer) => T) =>
    valkey.run(loadFieldScript, prefix + key, [field, sessionTtlMs], (encrypted) => {
      const bytes = Buffer.isBuffer(encrypted) ? decrypt(encrypted, bindingOf(key, field)) : undefined;
      if (bytes === undefined && encrypted !== null) throw new Error('This was not encrypted with one of the keys.');
      return bytes && parse(bytes);
    });
  return {
    load: (key) => load(key, 'session', parseSession),
    page: (key, from) => load(key, pageField(from), (body) => body),
    async save(key, session, pages) {
      const nextRank = session.sid === undefined ? '' : session.end;
      const held = pages.filter(({ from }) => session.pageStarts.includes(from));
      const bodies = held.flatMap(({ from, body }) => [from, encrypt(body, bindingOf(key, pageField(from)))]);
      const encrypted = encrypt(Buffer.from(JSON.stringify(session)), bindingOf(key, 'session'));
      const args = [sessionTtlMs, encrypted, nextRank, session.pageStarts.join(), ...bodies];
      await valkey.run(saveSessionScript, prefix + key, args, parseDone);
    },
    async acquireLease(key, { end }) {
      const token = randomUUID();
      const args = [sessionTtlMs, end, token, leaseMs];
      const result = await valkey.run(acquireLeaseScript, prefix + key, args, parseLeaseResult);
      if (result !== 'acquired') return result ?? 'lost';
      return {
        async release() {
          await valkey.run(releaseLeaseScript, prefix + key, [token], parseDone);
        },
      };
    },
    close: async () => valkey.close(),
  };
}

/** What was decrypted was written by `save`, so it needs no check of its shape. */
function parseSession(bytes: Buffer): ScrollSession {
  return JSON.parse(bytes.toString('utf8'));
}

/** Binds a value to its place: moved to another key or field, it cannot be decrypted. */
function bindingOf(key: string, field: string): string {
  return `scroll-session:${key} ${field}`;
}

function pageField(from: number): string {
  return `page:${from}`;
}

function parseLeaseResult(reply: unknown) {
  const result = (['acquired', 'busy', 'moved', 'lost'] as const).find((allowed) => allowed === String(reply));
  if (result === undefined) throw new Error('The script returned no result of a lease.');
  return result;
}
