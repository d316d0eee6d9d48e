import { relative } from 'node:path';
import { beforeEach } from 'vitest';
import { listedTests } from './listed-tests.ts';

// The setup file of `npm run test:replicas`.
beforeEach(({ task, skip }) => {
  const file = relative('test/gateway', task.file.filepath).replace(/\.test\.ts$/, '');
  const fullName = task.fullTestName ?? task.name;
  const listed = listedTests.find(
    ({ file: listedFile, names = [''] }) => listedFile === file && names.some((name) => fullName.startsWith(name)),
  );
  if (listed !== undefined) skip(listed.reason);
});
