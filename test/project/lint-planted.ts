import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = new URL('../../', import.meta.url).pathname;
const configuration = [
  'biome.json',
  'biome.layers.json',
  'biome.lifetimes.json',
  'test/project/lifetimes',
  '.gitignore',
];

/** Writes files into an empty folder with the Biome configuration of the project, and returns the rules that each violates. */
export function lintPlanted(files: ReadonlyMap<string, string>): Map<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-lint-'));
  try {
    for (const name of configuration) cpSync(join(root, name), join(folder, name), { recursive: true });
    for (const [file, source] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), source);
    }
    const biome = join(root, 'node_modules/.bin/biome');
    const { stdout, stderr } = spawnSync(biome, ['lint', '--reporter=json', '--max-diagnostics=none', '.'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const { summary, diagnostics }: Report = JSON.parse(stdout);
    if (summary.unchanged < files.size) throw new Error(`Biome did not read every planted file:\n${stderr}`);
    const broken = new Map([...files.keys()].map((file): [string, string[]] => [file, []]));
    for (const { category, location } of diagnostics) broken.get(location.path)?.push(category);
    return broken;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The fields of Biome's report that are read. */
type Report = {
  summary: { unchanged: number };
  diagnostics: { category: string; location: { path: string } }[];
};
