import { relative } from 'node:path';
import { beforeEach } from 'vitest';
import { listedTests } from './listed-tests.ts';

// The setup file of `npm run test:replicas`.
beforeEach(({ task, skip }) => {
  const file = relative('test/gateway', task.file.filepath);
  const name = task.fullTestName ?? task.name;
  const listed = listedTests.find((each) => `${each.file}.test.ts` === file && name.startsWith(each.name ?? ''));
  if (listed !== undefined) skip(listed.reason);
});
