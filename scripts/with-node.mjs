// @ts-check
// Runs a JavaScript or TypeScript file under a Node version that this project supports:
//   node scripts/with-node.mjs [--lowest] <file> [arguments]
// Where the current Node is supported, the file runs in this process. Otherwise the version in .nvmrc (with --lowest: the
// lowest version in `engines`) is installed once into the user's cache folder, and the file runs in a child process.
// This file and scripts/node-runtime/ are plain JavaScript without dependencies, because they run under the older Node.

import { readFileSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exitLike, runChild, stopWithParent } from './node-runtime/child-process.mjs';
import { nodeToInstall } from './node-runtime/engines.mjs';
import { InstallError, installNode } from './node-runtime/install.mjs';

const isLowest = process.argv[2] === '--lowest';
const [file = '', ...args] = process.argv.slice(isLowest ? 3 : 2);
const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const preferred = readFileSync(new URL('../.nvmrc', import.meta.url), 'utf8').trim();
const version = nodeToInstall({ current: process.versions.node, engines: engines.node, preferred, isLowest });

stopWithParent();
if (version === undefined) {
  process.argv.splice(1, process.argv.length - 1, resolve(file), ...args);
  await import(pathToFileURL(resolve(file)).href);
} else {
  await runWith(version);
}

/** @param {string} version */
async function runWith(version) {
  try {
    const reason = isLowest
      ? `Node ${version} is the lowest that Contactgraph supports.`
      : `This is Node ${process.versions.node}, and Contactgraph needs ${engines.node}.`;
    const node = await installNode({ version, reason });
    // Scripts that start with `#!/usr/bin/env node` find the installed Node as well.
    const PATH = [dirname(node), process.env['PATH']].join(delimiter);
    exitLike(await runChild(node, [file, ...args], { env: { ...process.env, PATH } }));
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
