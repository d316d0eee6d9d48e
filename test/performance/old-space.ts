// This file is loaded into a gateway before its own code. It answers each message with the size of the old generation in bytes.

import process from 'node:process';
import { getHeapSpaceStatistics } from 'node:v8';

const old = new Set(['old_space', 'large_object_space']);

process.on('message', () => {
  const spaces = getHeapSpaceStatistics().filter(({ space_name }) => old.has(space_name));
  process.send?.(spaces.reduce((sum, { space_used_size }) => sum + space_used_size, 0));
});

// The channel does not keep the process alive, and the process ends with the test.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
