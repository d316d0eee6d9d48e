#!/usr/bin/env node
// @ts-check
// The `contactgraph` command. In a checkout it runs the sources, which need no build; in an installed package it runs the
// JavaScript in dist, because Node strips no types below node_modules. This file is plain JavaScript without dependencies, so
// that an older Node can run it as far as the message about its version.

import { existsSync, readFileSync } from 'node:fs';
import { stopWithParent } from '../scripts/node-runtime/child-process.mjs';
import { isSupported } from '../scripts/node-runtime/engines.mjs';

const { engines, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
if (isSupported(process.versions.node, engines.node)) {
  stopWithParent();
  const isCheckout = existsSync(new URL('../src/cli/main.ts', import.meta.url));
  const { main } = await import(isCheckout ? '../src/cli/main.ts' : '../dist/src/cli/main.js');
  await main(version);
} else {
  process.stderr.write(`This is Node ${process.versions.node}, and Contactgraph needs ${engines.node}.\n`);
  process.exitCode = 1;
}
