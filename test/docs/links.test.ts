import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const pages = globSync(['*.md', 'docs/**/*.md', 'bench/*.md'], { cwd: root });
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('the check of the links finds the documents and their links', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/auth.md']));
  expect(pages.flatMap(linksOf).length).toBeGreaterThan(20);
});

test.each(pages)('every relative link in %s has a target', (page) => {
  const isBroken = ({ path, anchor }: Link) =>
    !existsSync(join(root, path)) || (anchor !== undefined && !anchorsOf(path).includes(anchor));
  expect(linksOf(page).filter(isBroken)).toEqual([]);
});

test.each(pages)('every test file that %s names exists', (page) => {
  const named = [...read(page).matchAll(/test\/[\w/-]+\.test\.ts/g)].map(([path]) => path);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

type Link = { path: string; anchor: string | undefined };

function linksOf(page: string): Link[] {
  const links = read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g);
  return [...links].map(([, path = '', anchor]) => ({ path: path === '' ? page : join(dirname(page), path), anchor }));
}

/** The anchors that GitHub generates for the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
