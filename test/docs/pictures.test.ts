// The pictures in the documentation are those that scripts take and tests check.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { graphiqlPictures } from '../browser/graphiql-pictures.ts';
import { readPngSize } from '../browser/picture.ts';
import { consolePictures } from '../examples/support/pictures.ts';

const pathOf = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const pictures = [...graphiqlPictures, ...consolePictures];

test.each(pictures)(
  '$file has the size of its page, and the documents show it with its alternative text',
  async (picture) => {
    expect(await readPngSize(pathOf(`docs/${picture.file}`))).toEqual(picture.size);
    for (const [document, text] of Object.entries(picture.alternativeTexts)) {
      const shown = [...readFileSync(pathOf(document), 'utf8').matchAll(/!\[([^\]]*)\]\((\S+)\)/g)];
      expect(
        shown.filter(([, , path = '']) => path.endsWith(`/${picture.file}`) || path === picture.file),
      ).toMatchObject([{ 1: text }]);
    }
  },
);

test('each picture in docs can be taken again', () => {
  const files = readdirSync(pathOf('docs')).filter((file) => file.endsWith('.png'));
  expect(files.toSorted()).toEqual(pictures.map(({ file }) => file).toSorted());
});
