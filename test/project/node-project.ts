import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A shell line with which the fake npm installs the current Node. */
export const installCurrentNode = `install_node 'exec "${process.execPath}" "$@"'`;

/** A project with a copy of the launcher, other `engines`, and a fake npm that needs no network. */
export type NodeProject = {
  launcher: string;
  /** Returns the path of a script of the project. */
  file(name: string): string;
  env: Record<string, string>;
  /** The folder into which the launcher installs. */
  cache: string;
  /** The file into which `wait.mjs` writes the signal that stopped it. */
  stopped: string;
  /** The arguments of each call of npm. */
  npmCalls(): string[];
  remove(): void;
};

/**
 * `npm` is what the fake npm does, as shell text, where `install_node <shell text>` writes that text as the Node of the
 * package and `$calls` is the file with a line for each call; by default it installs a Node that is the current one.
 */
export function createNodeProject(options: { engines: string; npm?: string }): NodeProject {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-node-'));
  const at = (name: string) => join(folder, name);
  for (const name of ['scripts/with-node.mjs', 'scripts/node-runtime']) {
    cpSync(join(root, name), at(name), { recursive: true });
  }
  const files = {
    'package.json': JSON.stringify({ engines: { node: options.engines } }),
    '.nvmrc': '999\n',
    'bin/npm': fakeNpm(at('npm-calls'), options.npm ?? installCurrentNode),
    'print.mjs': `
      import { basename } from 'node:path';
      const [, file, ...args] = process.argv;
      const { pid, env: { COLOR: color } } = process;
      console.log(JSON.stringify({ args, file: basename(file), pid, color }));
      process.exitCode = 7;`,
    'which.mjs': `
      import { execSync } from 'node:child_process';
      console.log(execSync('command -v node', { encoding: 'utf8' }));`,
    'wait.mjs': `
      import { writeFileSync } from 'node:fs';
      let signals = 0;
      for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => {
        signals += 1;
        setTimeout(() => {
          writeFileSync(${JSON.stringify(at('stopped'))}, signal);
          console.log('stopped by', signal, signals === 1 ? 'once' : 'twice');
          process.exit(5);
        }, 50);
      });
      setTimeout(() => process.exit(9), 60_000);
      console.log('waits');`,
    'kill-itself.mjs': `process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 60_000);`,
  };
  for (const name of ['bin', 'cache/contactgraph']) mkdirSync(at(name), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  chmodSync(at('bin/npm'), 0o755);
  return {
    launcher: at('scripts/with-node.mjs'),
    file: at,
    env: { PATH: `${at('bin')}:${process.env['PATH']}`, XDG_CACHE_HOME: at('cache'), COLOR: 'blue' },
    cache: at('cache/contactgraph'),
    stopped: at('stopped'),
    npmCalls: () => (existsSync(at('npm-calls')) ? readFileSync(at('npm-calls'), 'utf8').trim().split('\n') : []),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The fake npm records its arguments. `install_node <shell text>` writes that text as the Node of the requested package. */
function fakeNpm(calls: string, action: string): string {
  return `#!/bin/sh
calls='${calls}'
echo "$@" >> "$calls"
while [ $# -gt 1 ]; do
  if [ "$1" = --prefix ]; then folder=$2; fi
  shift
done
bin="$folder/node_modules/\${1%@*}/bin"
install_node() {
  mkdir -p "$bin"
  { echo '#!/bin/sh'; echo "$1"; } > "$bin/node"
  chmod +x "$bin/node"
}
${action}
`;
}
