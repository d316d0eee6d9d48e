// A minimal HTTP server for GraphQL: a POST request with JSON and a JSON response.

import { createServer } from 'node:http';
import { port } from './environment.mjs';

/** Serves requests. `handle` receives the parsed body and the authorization, and returns the text of the response. */
export function serve(handle) {
  createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const send = (status, text) => {
        const bytes = Buffer.from(text);
        response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
      };
      Promise.resolve()
        .then(() => handle(JSON.parse(Buffer.concat(chunks).toString('utf8')), request.headers.authorization))
        .then((text) => send(200, text))
        .catch((error) => send(500, JSON.stringify({ errors: [{ message: String(error) }] })));
    });
  }).listen(port, '127.0.0.1');
}
