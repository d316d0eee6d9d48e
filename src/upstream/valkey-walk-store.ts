import { randomUUID } from 'node:crypto';
import type { Contact } from './contact.ts';
import { fromExactJson, toExactJson } from './exact-json.ts';
import type { Valkey } from './valkey.ts';
import { claimScript, loadScript, releaseScript, saveScript } from './valkey-scripts.ts';
import type { Walk } from './walk.ts';
import type { WalkStore } from './walk-store.ts';

/** Of the form in which walks are kept: replicas of another version do not see them. */
const prefix = 'contactgraph:walk:1:';

/** How long a walk is kept after its last use, in ms; longer than any scroll lives. */
const keepMs = 10 * 60_000;

/** How long others may hope for a reader that does not come back, in ms. What they may read does not depend on it. */
const readerMs = 10_000;

/** Walks that replicas share. Whatever happens to the server, this behaves like a store that has lost its walks. */
export function createValkeyWalkStore(valkey: Valkey): WalkStore {
  const load = <T>(key: string, field: string, read: (text: string) => T) =>
    valkey.run(loadScript, prefix + key, [field, keepMs], (text) => (text === null ? undefined : read(String(text))));
  return {
    load: (key) => load(key, 'walk', toWalk),
    page: (key, from) => load(key, `page:${from}`, toRows),
    async save(key, walk, pages) {
      const next = walk.sid === undefined ? '' : walk.end;
      const held = pages.filter(({ from }) => walk.starts.includes(from));
      const rows = held.flatMap(({ from, rows }) => [from, toExactJson(rows)]);
      const args = [keepMs, toExactJson(walk), next, walk.starts.join(), ...rows];
      await valkey.run(saveScript, prefix + key, args, toDone);
    },
    async claim(key, { end }) {
      const token = randomUUID();
      const claim = await valkey.run(claimScript, prefix + key, [keepMs, end, token, readerMs], toClaim);
      if (claim !== 'yours') return claim ?? 'lost';
      return {
        async release() {
          await valkey.run(releaseScript, prefix + key, [token], toDone);
        },
      };
    },
    close: async () => valkey.close(),
  };
}

function toDone(answer: unknown): void {
  if (answer !== 'done') throw new Error('This is no answer to a change.');
}

function toClaim(answer: unknown) {
  const claim = (['yours', 'busy', 'moved', 'lost'] as const).find((known) => known === answer);
  if (claim === undefined) throw new Error('This is no answer to a claim.');
  return claim;
}

/** As `save` has written it, so that a glance tells it from what it is not. */
function toWalk(text: string): Walk {
  const value = fromExactJson(text) as Partial<Walk> | null; // checked as far as it is relied on
  const numbers = [value?.size, value?.end, ...(value?.starts ?? [undefined])];
  if (typeof value?.id === 'string' && typeof value.bounds === 'object' && numbers.every(Number.isInteger)) {
    return value as Walk;
  }
  throw new Error('This is no walk.');
}

function toRows(text: string): readonly Contact[] {
  const value = fromExactJson(text);
  if (Array.isArray(value) && value.every((row) => typeof row?.cid === 'string')) return value;
  throw new Error('These are no rows.');
}
