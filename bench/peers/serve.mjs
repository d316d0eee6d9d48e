// The barest HTTP there is for GraphQL: a POST with JSON, answered with JSON.

import { createServer } from 'node:http';
import { port } from './environment.mjs';

/** `answer` gets the parsed body and the authorization, and gives the text of the answer. */
export function serve(answer) {
  createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const send = (status, text) => {
        const bytes = Buffer.from(text);
        response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
      };
      Promise.resolve()
        .then(() => answer(JSON.parse(Buffer.concat(chunks).toString('utf8')), request.headers.authorization))
        .then((text) => send(200, text))
        .catch((error) => send(500, JSON.stringify({ errors: [{ message: String(error) }] })));
    });
  }).listen(port, '127.0.0.1');
}
