// Takes the screenshot of GraphiQL for the documentation from a running gateway:
// node scripts/screenshot-graphiql.ts http://127.0.0.1:4000/graphql

import { fileURLToPath } from 'node:url';
import { launchChromium } from '../test/browser/chromium.ts';
import { screenshotGraphiQL } from '../test/browser/graphiql-page.ts';

const [url = 'http://127.0.0.1:4000/graphql'] = process.argv.slice(2);
const file = fileURLToPath(new URL('../docs/graphiql.png', import.meta.url));

const { context, close } = await launchChromium();
try {
  await screenshotGraphiQL(context, url, file);
  console.log(`${url} -> docs/graphiql.png`);
} finally {
  await close();
}
