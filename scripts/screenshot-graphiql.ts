// Takes the screenshots of GraphiQL for the documentation from a running gateway that has cached nothing:
// node scripts/screenshot-graphiql.ts http://127.0.0.1:4000/graphql

import { fileURLToPath } from 'node:url';
import { graphiqlPictures } from '../test/browser/graphiql-pictures.ts';
import { takePicture } from '../test/browser/picture.ts';

const [url = 'http://127.0.0.1:4000/graphql'] = process.argv.slice(2);
const folder = fileURLToPath(new URL('../docs', import.meta.url));

for (const picture of graphiqlPictures) {
  await takePicture(picture, url, folder);
  console.log(`${url} -> docs/${picture.file}`);
}
