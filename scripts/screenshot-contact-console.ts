// Takes the screenshots of the example app for the documentation from a running one:
// node scripts/screenshot-contact-console.ts http://127.0.0.1:4173

import { fileURLToPath } from 'node:url';
import { launchChromium } from '../test/browser/chromium.ts';

const [origin = 'http://127.0.0.1:4173'] = process.argv.slice(2);
const contactId = encodeURIComponent('Q29udGFjdDo5ODZhMzcyMzQ3YWFjNWU0YTk0NTE2ZGI4MzVkNThhYQ==');
const pages = [
  { path: '/?method=MOBILEAPP&has=email&order=name', file: 'contact-console-list.png' },
  { path: `/contacts/${contactId}`, file: 'contact-console.png' },
];

const { context, close } = await launchChromium();
try {
  for (const { path, file } of pages) {
    const page = await context.newPage();
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.goto(origin + path, { waitUntil: 'networkidle' });
    await page.locator('.list-row, .event').first().waitFor();
    await page.screenshot({ path: fileURLToPath(new URL(`../docs/${file}`, import.meta.url)), animations: 'disabled' });
    console.log(`${origin}${path} -> docs/${file}`);
  }
} finally {
  await close();
}
