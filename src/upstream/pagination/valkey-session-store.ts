import { randomUUID } from 'node:crypto';
import type { Aead } from '../../crypto/aead.ts';
import type { Valkey } from '../../valkey/connection.ts';
import { acquireLeaseScript, loadSessionScript, releaseLeaseScript, saveSessionScript } from '../../valkey/scripts.ts';
import type { ScrollSession } from './scroll-session.ts';
import type { ScrollSessionStore } from './session-store.ts';

/** Of the form in which walks are kept: replicas of another version do not see them. */
const prefix = 'contactgraph:walk:2:';

/** How long a walk is kept after its last use, in ms; longer than any scroll lives. */
const keepMs = 10 * 60_000;

/** How long others may hope for a reader that does not come back, in ms. What they may read does not depend on it. */
const readerMs = 10_000;

/**
 * Walks that replicas share, sealed: the server, its snapshots and its other clients learn nothing of anybody.
 * Whatever happens to the server, this behaves like a store that has lost its walks.
 */
export function createValkeyScrollSessionStore(valkey: Valkey, { encrypt, decrypt }: Aead): ScrollSessionStore {
  const load = <T>(key: string, field: string, read: (bytes: Buffer) => T) =>
    valkey.run(loadSessionScript, prefix + key, [field, keepMs], (sealed) => {
      const opened = Buffer.isBuffer(sealed) ? decrypt(sealed, bindingOf(key, field)) : undefined;
      if (opened === undefined && sealed !== null) throw new Error('This was not sealed here.');
      return opened && read(opened);
    });
  return {
    load: (key) => load(key, 'walk', toWalk),
    page: (key, from) => load(key, pageField(from), (body) => body),
    async save(key, walk, pages) {
      const next = walk.sid === undefined ? '' : walk.end;
      const held = pages.filter(({ from }) => walk.pageStarts.includes(from));
      const bodies = held.flatMap(({ from, body }) => [from, encrypt(body, bindingOf(key, pageField(from)))]);
      const sealed = encrypt(Buffer.from(JSON.stringify(walk)), bindingOf(key, 'walk'));
      await valkey.run(
        saveSessionScript,
        prefix + key,
        [keepMs, sealed, next, walk.pageStarts.join(), ...bodies],
        toDone,
      );
    },
    async acquireLease(key, { end }) {
      const token = randomUUID();
      const claim = await valkey.run(acquireLeaseScript, prefix + key, [keepMs, end, token, readerMs], toClaim);
      if (claim !== 'yours') return claim ?? 'lost';
      return {
        async release() {
          await valkey.run(releaseLeaseScript, prefix + key, [token], toDone);
        },
      };
    },
    close: async () => valkey.close(),
  };
}

/** As `save` has written it: nobody else can seal one. */
function toWalk(bytes: Buffer): ScrollSession {
  return JSON.parse(bytes.toString('utf8'));
}

/** Each is good in its own place only. */
function bindingOf(key: string, field: string): string {
  return `walk:${key} ${field}`;
}

function pageField(from: number): string {
  return `page:${from}`;
}

function toDone(answer: unknown): void {
  if (String(answer) !== 'done') throw new Error('This is no answer to a change.');
}

function toClaim(answer: unknown) {
  const claim = (['yours', 'busy', 'moved', 'lost'] as const).find((known) => known === String(answer));
  if (claim === undefined) throw new Error('This is no answer to a claim.');
  return claim;
}
