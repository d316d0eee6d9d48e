// Loaded into a gateway before its own code: answers each message with what its old generation holds, in bytes.

import process from 'node:process';
import { getHeapSpaceStatistics } from 'node:v8';

const old = new Set(['old_space', 'large_object_space']);

process.on('message', () => {
  const spaces = getHeapSpaceStatistics().filter(({ space_name }) => old.has(space_name));
  process.send?.(spaces.reduce((sum, { space_used_size }) => sum + space_used_size, 0));
});

// It neither keeps the process alive nor lets it outlive the test.
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
