import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

/** A picture of a page, for the documentation. */
export type Picture = {
  /** The name of the file, which is in the folder `docs`. */
  readonly file: string;
  /** The alternative text of the picture in each document that shows it, by the path of the document in the repository. */
  readonly alternativeTexts: Readonly<Record<string, string>>;
  /** In pixels. */
  readonly size: Size;
  /** Brings a new page to the state of the picture. */
  open(page: Page, url: string): Promise<unknown>;
  /** What the alternative text names, by a name for messages. */
  shows(page: Page): Readonly<Record<string, Locator>>;
};

type Size = { readonly width: number; readonly height: number };

/**
 * Takes a picture in a browser with an empty profile, so that the page remembers nothing of an earlier one.
 *
 * @param url the address of the page, or of the app that the page belongs to
 * @param folder where the file is written
 * @throws {Error} where the page has an error, or something that the alternative text names is outside of the picture
 */
export async function takePicture({ file, size, open, shows }: Picture, url: string, folder: string): Promise<void> {
  const { context, close } = await launchChromium();
  try {
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    const findErrors = watchErrors(page);
    await page.setViewportSize(size);
    await open(page, url);
    for (const [name, locator] of Object.entries(shows(page))) {
      await locator.waitFor();
      if (!(await isInside(locator, size))) throw new Error(`"${name}" is outside of the picture ${file}`);
    }
    const errors = await findErrors();
    if (errors.length > 0) throw new Error(`The page of the picture ${file} has errors: ${errors.join(', ')}`);
    await page.mouse.move(0, 0); // The tooltip of a button that was clicked must disappear.
    await page.evaluate('document.fonts.ready.then(() => document.activeElement.blur())');
    await page.screenshot({ path: join(folder, file), animations: 'disabled' });
  } finally {
    await close();
  }
}

/** @returns a function that lists what the page has complained about, what it alerts, and the answers with errors that it got */
function watchErrors(page: Page): () => Promise<string[]> {
  const complaints: string[] = [];
  const answers: Promise<string>[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('response', (response) => {
    // The browser does not keep a body that the page reads as a stream. The app shows the errors of such an answer itself.
    if (response.request().method() === 'POST') answers.push(response.text().catch(() => ''));
  });
  return async () => {
    const failed = (await Promise.all(answers)).filter((text) => text.includes('"errors":'));
    const alerts = await page.getByRole('alert').filter({ hasText: /\S/ }).allInnerTexts();
    return [...complaints, ...alerts, ...failed.map((text) => text.slice(text.indexOf('"errors":')))];
  };
}

async function isInside(locator: Locator, { width, height }: Size): Promise<boolean> {
  const box = await locator.boundingBox();
  return box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
}

/** Reads the size of a picture. @throws {Error} for a file in another format than PNG */
export async function readPngSize(path: string): Promise<Size> {
  const bytes = await readFile(path);
  if (bytes.toString('latin1', 1, 4) !== 'PNG') throw new Error(`${path} is no PNG`);
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}
