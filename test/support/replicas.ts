import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Emulator } from '../../emulator/emulator.ts';
import { createCursorSeal } from '../../src/cursor-seal.ts';
import { createSeal } from '../../src/seal.ts';
import { type Changes, createLocalChanges } from '../../src/upstream/changes.ts';
import { connectValkey, type Valkey } from '../../src/upstream/valkey.ts';
import { createValkeyChanges } from '../../src/upstream/valkey-changes.ts';
import { createValkeyWalkStore } from '../../src/upstream/valkey-walk-store.ts';
import { createLocalWalkStore } from '../../src/upstream/walk-store.ts';
import { startGateway, type TestGateway } from './gateway.ts';
import { untilItKeeps } from './walk.ts';

export type Replica = TestGateway & {
  changes: Changes;
  /** Keeps it from reaching Valkey, with some scripts or all, or lets it again. */
  disconnect(isCut: boolean | ((script: string) => boolean | Promise<boolean>)): void;
};

const seal = createSeal([randomBytes(32)], 'change');
const cursors = createCursorSeal(seal);

/** A gateway with a Valkey connection of its own; others over the same server are its replicas. */
export async function startReplica(emulator: Emulator, address: string): Promise<Replica> {
  let isCut = (_script: string): boolean | Promise<boolean> => false;
  const connection = connectValkey(address, () => undefined);
  const valkey: Valkey = {
    run: async (script, ...args) => ((await isCut(script)) ? undefined : connection.run(script, ...args)),
    close: connection.close,
  };
  const walks = createValkeyWalkStore(valkey, seal);
  await untilItKeeps(walks);
  const changes = createValkeyChanges(valkey, seal, { retryMs: 20 });
  const gateway = await startGateway({ shared: { emulator, cursors, walks, changes } });
  const more: Pick<Replica, 'changes' | 'disconnect' | 'close'> = {
    changes,
    disconnect(cut) {
      isCut = typeof cut === 'function' ? cut : () => cut;
    },
    close: async () => {
      changes.close();
      await gateway.gateway.close();
      await walks.close();
    },
  };
  return Object.assign(gateway, more);
}

/** A gateway that is the only one. */
export async function startAlone(emulator: Emulator, changes = createLocalChanges()): Promise<Replica> {
  const walks = createLocalWalkStore(2 ** 26);
  const gateway = await startGateway({ shared: { emulator, cursors, walks, changes } });
  return Object.assign(gateway, { changes, disconnect: () => undefined });
}

/** Who reads and who writes, which may be the same. */
export type Pair = { reader: Replica; writer: Replica; close(): Promise<void> };

export async function startOne(emulator: Emulator): Promise<Pair> {
  const one = await startAlone(emulator);
  return { reader: one, writer: one, close: one.close };
}

export async function startReplicas(emulator: Emulator, address: string): Promise<Pair> {
  const [reader, writer] = [await startReplica(emulator, address), await startReplica(emulator, address)];
  return {
    reader,
    writer,
    async close() {
      await reader.close();
      await writer.close();
    },
  };
}

/** Until it has noted its writes, which it does at once unless Valkey is slow. */
export async function untilNoted({ changes }: Replica): Promise<void> {
  for (let times = 0; times < 500; times += 1) {
    if (await changes.catchUp()) return;
    await wait(20);
  }
  throw new Error('Valkey is not reached.');
}
