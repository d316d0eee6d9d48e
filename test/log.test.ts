import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { expect, test } from 'vitest';

/** Runs code in a process of its own, and returns the messages that it has logged. */
function logged(act: string): unknown[] {
  const script = `import { createLog } from './src/log.ts'; const log = createLog('info'); ${act}`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line).msg);
}

test.each([
  ['continues', "log.info('a'); log.info('b'); setTimeout(() => log.info('c'), 5)", ['a', 'b', 'c']],
  ['ends at once', "log.info('a'); log.info('b'); process.exit(1)", ['a', 'b']],
  ['fails', "log.info('a'); log.info('b'); throw new Error('unheard')", ['a', 'b']],
])('a process that %s has written every log line in order', (_, act, expected) => {
  expect(logged(act)).toEqual(expected);
});

test('log lines of one tick are written with one system call', () => {
  const watched = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const write = fs.writeSync;
    let writes = 0;
    fs.writeSync = (...args) => ((writes += 1), write(...args));
    syncBuiltinESMExports();
    for (const line of 'abc') log.info(line);
    setImmediate(() => setImmediate(() => log.info(String(writes))));`;
  expect(logged(watched)).toEqual(['a', 'b', 'c', '1']);
});
