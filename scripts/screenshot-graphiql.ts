// Takes the screenshots of GraphiQL for the documentation from a running gateway that has cached nothing:
// node scripts/screenshot-graphiql.ts http://127.0.0.1:4000/graphql

import { fileURLToPath } from 'node:url';
import { launchChromium } from '../test/browser/chromium.ts';
import { screenshotGraphiQL } from '../test/browser/graphiql-page.ts';

const [url = 'http://127.0.0.1:4000/graphql'] = process.argv.slice(2);
const pictures = [
  ['docs/graphiql-explain.png', { showsCalls: true }],
  ['docs/graphiql.png', { showsCalls: false }],
] as const;

const { context, close } = await launchChromium();
try {
  for (const [file, options] of pictures) {
    await screenshotGraphiQL(context, url, fileURLToPath(new URL(`../${file}`, import.meta.url)), options);
    console.log(`${url} -> ${file}`);
  }
} finally {
  await close();
}
