import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Emulator } from '../../emulator/emulator.ts';
import { createAead } from '../../src/crypto/aead.ts';
import { createCursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { createLocalScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';
import { createValkeyScrollSessionStore } from '../../src/upstream/pagination/valkey-session-store.ts';
import { createValkeyWriteLog } from '../../src/upstream/write-log/valkey-write-log.ts';
import { createLocalWriteLog, type WriteLog } from '../../src/upstream/write-log/write-log.ts';
import { connectValkey, type Valkey } from '../../src/valkey/connection.ts';
import { startGateway, type TestGateway } from './gateway.ts';
import { waitForScrollSessionStore } from './scroll-session.ts';

export type Replica = TestGateway & {
  writeLog: WriteLog;
  /** Blocks all scripts, some scripts or no scripts of this replica from reaching Valkey. */
  disconnect(isCut: boolean | ((script: string) => boolean | Promise<boolean>)): void;
};

const aead = createAead([randomBytes(32)], 'change');
const cursorCipher = createCursorCipher(aead);

/** Starts a gateway with its own connection to Valkey. Gateways with the same server are replicas. */
export async function startReplica(emulator: Emulator, address: string): Promise<Replica> {
  let isCut = (_script: string): boolean | Promise<boolean> => false;
  const connection = connectValkey(address, () => undefined);
  const valkey: Valkey = {
    run: async (script, ...args) => ((await isCut(script)) ? undefined : connection.run(script, ...args)),
    close: connection.close,
  };
  const scrollSessionStore = createValkeyScrollSessionStore(valkey, aead);
  await waitForScrollSessionStore(scrollSessionStore);
  const writeLog = createValkeyWriteLog(valkey, aead, { retryMs: 20 });
  const gateway = await startGateway({ shared: { emulator, cursorCipher, scrollSessionStore, writeLog } });
  const overrides: Pick<Replica, 'writeLog' | 'disconnect' | 'close'> = {
    writeLog,
    disconnect(cut) {
      isCut = typeof cut === 'function' ? cut : () => cut;
    },
    close: async () => {
      writeLog.close();
      await gateway.gateway.close();
      await scrollSessionStore.close();
    },
  };
  return Object.assign(gateway, overrides);
}

/** Starts a gateway with local stores. */
export async function startSingleReplica(emulator: Emulator, writeLog = createLocalWriteLog()): Promise<Replica> {
  const scrollSessionStore = createLocalScrollSessionStore(2 ** 26);
  const gateway = await startGateway({ shared: { emulator, cursorCipher, scrollSessionStore, writeLog } });
  return Object.assign(gateway, { writeLog, disconnect: () => undefined });
}

/** The gateway that reads and the one that writes, which may be the same. */
export type Pair = { reader: Replica; writer: Replica; close(): Promise<void> };

export async function startSingleReplicaPair(emulator: Emulator): Promise<Pair> {
  const replica = await startSingleReplica(emulator);
  return { reader: replica, writer: replica, close: replica.close };
}

export async function startReplicaPair(emulator: Emulator, address: string): Promise<Pair> {
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

/** Waits until the replica has recorded its writes in the write log. */
export async function waitForWriteLog({ writeLog }: Replica): Promise<void> {
  for (let times = 0; times < 500; times += 1) {
    if (await writeLog.catchUp()) return;
    await wait(20);
  }
  throw new Error('Valkey is not reached.');
}
