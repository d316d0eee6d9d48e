import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environmentSchema } from '../../src/config/environment.ts';
import { secretFileVariables } from '../../src/config/secret-files.ts';
import { toSettingText } from '../../src/config/settings-in-force.ts';
import { guards } from '../../src/upstream/resilience/pipeline.ts';

const read = (file: string) => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
const documented = [...read('configuration.md').matchAll(/^\| `([A-Za-z_]+)` \| (\S+) \| \S.* \|$/gm)].map(
  ([, name, value]) => [name, value],
);

test('docs/configuration.md describes every environment variable of the schema once, with its default, and no other', () => {
  const declared = Object.entries(environmentSchema.shape).map(([name, variable]) => [
    name,
    toText(variable.parse(undefined)),
  ]);
  expect(declared.length).toBeGreaterThan(10);
  expect(documented.toSorted()).toEqual(declared.toSorted());
});

test('docs/configuration.md names every variable for a file with a secret, and no other', () => {
  const [, section = ''] = read('configuration.md').split('\n## Secrets in files\n');
  const names = [...(section.split('\n## ')[0] ?? '').matchAll(/`([A-Z_]+_FILE)`/g)].map(([, name]) => name);
  expect(names.filter((name) => name !== 'ORGANIZATIONS_FILE')).toEqual([...secretFileVariables.keys()]);
});

test('docs/resilience.md describes every guard that SWITCHED_OFF accepts, with its name', () => {
  const switches = [...read('resilience.md').matchAll(/^\| .+ \| .+ \| `([a-z-]+)` \|$/gm)].map(([, name]) => name);
  expect(switches.toSorted()).toEqual([...guards].toSorted());
});

/** The default value, formatted as a table cell; a dash if there is none. */
function toText(value: unknown): string {
  const text = toSettingText(value);
  return text === undefined ? '–' : `\`${text}\``;
}
