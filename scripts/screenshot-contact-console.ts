// Takes the screenshots of the example app for the documentation from a running one:
// node scripts/screenshot-contact-console.ts http://127.0.0.1:4173

import { fileURLToPath } from 'node:url';
import { takePicture } from '../test/browser/picture.ts';
import { consolePictures } from '../test/examples/support/pictures.ts';

const [origin = 'http://127.0.0.1:4173'] = process.argv.slice(2);
const folder = fileURLToPath(new URL('../docs', import.meta.url));

for (const picture of consolePictures) {
  await takePicture(picture, origin, folder);
  console.log(`${origin} -> docs/${picture.file}`);
}
