// Builds dist, the JavaScript of the package: `npm run build`, which `npm pack` runs by itself. Dist has the layout of the
// repository, so that a path relative to a file leads to the same file there.

import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const dist = new URL('dist/', root);
const { name, version, type } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

rmSync(dist, { recursive: true, force: true });
const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
execFileSync(process.execPath, [tsc, '--project', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
// What runs in browsers is JavaScript, which tsconfig.json excludes because browsers have other types.
const browser = 'src/plugins/graphiql/browser';
cpSync(new URL(browser, root), new URL(browser, dist), {
  recursive: true,
  filter: (file) => !/\.(?:json|d\.ts)$/.test(file),
});
// The example app below examples is a package of its own.
for (const file of readdirSync(new URL('examples', root)).filter((name) => /\.(?:graphql|json)$/.test(name))) {
  cpSync(new URL(`examples/${file}`, root), new URL(`examples/${file}`, dist));
}
writeFileSync(new URL('package.json', dist), `${JSON.stringify({ name, version, type }, null, 2)}\n`);
