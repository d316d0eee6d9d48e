import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

type LockedPackage = {
  resolved?: string;
  os?: string[];
  cpu?: string[];
  optionalDependencies?: Record<string, string>;
};

const lock = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(lock);

/** Development tools with native code: their packages name one optional package for each platform. */
const native = ['@biomejs/biome', 'lightningcss', 'oxc-parser', 'oxc-resolver', 'rolldown', 'typescript'];

// npm leaves the packages of other platforms out when it writes a lock beside an existing node_modules:
// remove that folder before `npm install`.
describe.each(native)('package-lock.json has all builds of %s', (name) => {
  test.each([
    ['macOS, arm64', 'darwin', 'arm64'],
    ['macOS, x64', 'darwin', 'x64'],
    ['Linux, arm64', 'linux', 'arm64'],
    ['Linux, x64', 'linux', 'x64'],
    ['Windows, arm64', 'win32', 'arm64'],
    ['Windows, x64', 'win32', 'x64'],
  ])(`package-lock.json has a build of ${name} for %s`, (_, os, cpu) => {
    const builds = Object.keys(packages[`node_modules/${name}`]?.optionalDependencies ?? {});
    const locked = builds.map((build) => packages[`node_modules/${build}`]);
    expect(locked.filter((build) => build?.os?.includes(os) && build.cpu?.includes(cpu))).not.toEqual([]);
  });

  test(`every build that ${name} names is in package-lock.json`, () => {
    const builds = Object.keys(packages[`node_modules/${name}`]?.optionalDependencies ?? {});
    expect(builds.filter((build) => packages[`node_modules/${build}`] === undefined)).toEqual([]);
  });
});

test('package-lock.json names no registry, so that each user installs from their own registry', () => {
  expect(Object.values(packages).filter(({ resolved = '' }) => resolved.includes('://'))).toEqual([]);
});

test('Node is not a dependency', () => {
  expect(Object.keys(packages).filter((name) => /node_modules\/node(-bin)?-(linux|darwin|win)/.test(name))).toEqual([]);
});
