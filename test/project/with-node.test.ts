import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { nodeToInstall } from '../../scripts/node-runtime/engines.mjs';
import { InstallError, installNode } from '../../scripts/node-runtime/install.mjs';
import { runScript } from '../support/process.ts';
import { createNodeProject, installCurrentNode, type NodeProject } from './node-project.ts';

const projects: NodeProject[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});
function create(options: Parameters<typeof createNodeProject>[0]): NodeProject {
  const project = createNodeProject(options);
  projects.push(project);
  return project;
}

const tooOld = { engines: '>=999.0.0' };
const supported = { engines: '>=1.0.0' };

describe('the launcher decides whether another Node is installed', () => {
  const engines = '^22.19.0 || ^24.0.0 || >=26.0.0';

  test.each([
    ['18.20.8', '24'],
    ['20.20.2', '24'],
    ['22.18.0', '24'],
    ['22.19.0', undefined],
    ['22.23.5', undefined],
    ['23.11.0', '24'],
    ['24.0.0', undefined],
    ['25.1.0', '24'],
    ['26.0.0', undefined],
    ['31.0.0-nightly', undefined],
  ])('the launcher on Node %s installs the version %s', (current, version) => {
    expect(nodeToInstall({ current, engines, preferred: '24' })).toBe(version);
  });

  test.each([
    ['22.19.0', undefined],
    ['24.1.0', '22.19.0'],
    ['20.20.2', '22.19.0'],
  ])('the launcher for the lowest supported version, on Node %s, installs the version %s', (current, version) => {
    expect(nodeToInstall({ current, engines, preferred: '24', isLowest: true })).toBe(version);
  });

  test('the launcher throws for an engines range of another form', () => {
    expect(() => nodeToInstall({ current: '24.0.0', engines: '~24', preferred: '24' })).toThrow('engines.node');
  });
});

describe('the launcher runs a file in its own process if the Node is supported', () => {
  test('on a supported Node the file runs in the same process with its arguments, and npm is not called', async () => {
    const project = create(supported);
    const launcher = runScript(project.launcher, [project.file('print.mjs'), 'a b', '--c'], project.env);
    expect(await launcher.exited).toBe(7);
    const printed = JSON.parse(launcher.stdout());
    expect(printed).toEqual({ args: ['a b', '--c'], file: 'print.mjs', pid: launcher.child.pid, color: 'blue' });
    expect(launcher.stderr()).toBe('');
    expect(project.npmCalls()).toEqual([]);
  });
});

describe('the launcher installs another Node if the Node is too old', () => {
  test('on an old Node another one is installed once, and the file runs under it with its arguments, environment and exit code', async () => {
    const project = create(tooOld);
    const first = runScript(project.launcher, [project.file('print.mjs'), 'a b', '--c'], project.env);
    expect(await first.exited).toBe(7);
    expect(JSON.parse(first.stdout())).toMatchObject({ args: ['a b', '--c'], file: 'print.mjs', color: 'blue' });
    expect(first.stderr()).toMatch(
      /^This is Node \S+, and Contactgraph needs >=999\.0\.0\. Installing Node 999 from the npm registry into \S+, once\.\n$/,
    );
    const second = runScript(project.launcher, [project.file('print.mjs')], project.env);
    expect(await second.exited).toBe(7);
    expect(second.stderr()).toBe('');
    expect(project.npmCalls()).toHaveLength(1);
    expect(project.npmCalls()[0]).toMatch(/^install --prefix \S+ --no-save .* node-\S+@999$/);
  });

  test('scripts that look for node in PATH find the installed one', async () => {
    const project = create(tooOld);
    const launcher = runScript(project.launcher, [project.file('which.mjs')], project.env);
    expect(await launcher.exited).toBe(0);
    expect(launcher.stdout()).toContain(join(project.cache, 'node-999-'));
  });

  test('two first starts at the same time leave one complete folder in the cache', async () => {
    const bothHaveStarted = 'while [ "$(wc -l < "$calls")" -lt 2 ]; do sleep 0.05; done';
    const project = create({ ...tooOld, npm: `${bothHaveStarted}; ${installCurrentNode}` });
    const launchers = [1, 2].map(() => runScript(project.launcher, [project.file('print.mjs')], project.env));
    expect(await Promise.all(launchers.map(({ exited }) => exited))).toEqual([7, 7]);
    expect(project.npmCalls()).toHaveLength(2);
    expect(readdirSync(project.cache)).toEqual([`node-999-${process.platform}-${process.arch}`]);
  });

  test.each([
    ['npm fails', 'exit 3', 'npm install ended with 3'],
    ['npm is ended by a signal', 'kill -TERM $$', 'npm install ended with SIGTERM'],
    ['the binary does not start', 'install_node "exit 127"', 'does not start on this machine'],
  ])('the launcher prints an error when %s, and nothing is left in the cache', async (_, npm, reason) => {
    const project = create({ ...tooOld, npm });
    const launcher = runScript(project.launcher, [project.file('print.mjs')], project.env);
    expect(await launcher.exited).toBe(1);
    const [, problem, ...others] = launcher.stderr().split('\n');
    expect(problem).toMatch(
      /^Node 999 could not be installed: .+\. Install Node 999 yourself \(\S+\), and try again\.$/,
    );
    expect(problem).toContain(reason);
    expect(others).toEqual(['']);
    expect(launcher.stdout()).toBe('');
    expect(readdirSync(project.cache)).toEqual([]);
  });

  test('the launcher prints an error when there is no npm', async () => {
    const project = create(tooOld);
    const launcher = runScript(project.launcher, [project.file('print.mjs')], { ...project.env, PATH: project.cache });
    expect(await launcher.exited).toBe(1);
    expect(launcher.stderr()).toContain('Node 999 could not be installed: spawn npm ENOENT. Install Node 999 yourself');
  });

  test('the launcher prints an error on a platform for which the registry has no Node', async () => {
    const install = installNode({ version: '24', reason: 'Too old.', platform: 'sunos', arch: 'x64' });
    await expect(install).rejects.toThrow(InstallError);
    await expect(install).rejects.toThrow(
      'Too old. The npm registry has no package of Node 24 for sunos-x64. Install Node 24 yourself',
    );
  });
});

describe.each([
  ['in the same process', supported],
  ['in a child process', tooOld],
])('the launcher passes signals to a file that runs %s', (kind, options) => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    `a file that runs ${kind} gets %s, and its exit code is passed on`,
    async (signal) => {
      const project = create(options);
      const launcher = runScript(project.launcher, [project.file('wait.mjs')], project.env);
      await launcher.printed(/waits/);
      launcher.child.kill(signal);
      expect(await launcher.exited).toBe(5);
      expect(launcher.stdout()).toContain(`stopped by ${signal} once`);
    },
  );

  test(`the launcher of a file that runs ${kind} ends by the signal that ended the file`, async () => {
    const project = create(options);
    const launcher = runScript(project.launcher, [project.file('kill-itself.mjs')], project.env);
    expect(await launcher.exited).toBe('SIGKILL');
  });

  test(`a file that runs ${kind} gets SIGTERM when the shell ends with which npm started it`, async () => {
    const project = create(options);
    const command = `"${process.execPath}" "${project.launcher}" "${project.file('wait.mjs')}"; true`;
    const shell = spawn('sh', ['-c', command], { env: { ...project.env, npm_lifecycle_event: 'start' } });
    await once(shell.stdout, 'data');
    shell.kill('SIGTERM');
    await once(shell, 'exit');
    await expect.poll(() => existsSync(project.stopped), { timeout: 5_000 }).toBe(true);
    expect(readFileSync(project.stopped, 'utf8')).toBe('SIGTERM');
  });
});
