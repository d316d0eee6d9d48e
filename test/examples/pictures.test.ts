// The pictures of the app in the documentation can be taken.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { readPngSize, takePicture } from '../browser/picture.ts';
import { type Console, startConsole } from './support/console.ts';
import { consolePictures } from './support/pictures.ts';

let app: Console;
let folder: string;

beforeAll(async () => {
  app = await startConsole();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contactgraph-pictures-'));
});

afterEach(async () => {
  app.emulator.control.reset();
  await rm(folder, { recursive: true });
});

afterAll(async () => {
  await app?.close();
});

it.each(consolePictures)('$file is taken of a page that shows what its alternative text says', async (picture) => {
  await takePicture(picture, app.url, folder);
  expect(await readPngSize(join(folder, picture.file))).toEqual(picture.size);
});

it('no picture is taken of a contact of which a part cannot be read', async () => {
  app.emulator.control.fault({ kind: 'status', status: 503, path: '/devices', times: 1 });
  for (const picture of consolePictures.filter(({ file }) => file === 'contact-console.png')) {
    await expect(takePicture(picture, app.url, folder)).rejects.toThrow('has errors');
  }
  expect(app.emulator.control.counts().devices).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});
