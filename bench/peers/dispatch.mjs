// Upstream calls with the least overhead that undici allows: one handler and one promise per call.

import { Pool } from 'undici';
import { upstreamUrl } from './environment.mjs';

const pool = new Pool(upstreamUrl, { connections: 256 });

/** Creates the function with which one operation reads JSON. Repeated reads of a path share one call. */
export function getterFor(authorization) {
  const callsByPath = new Map();
  return (path) => {
    const call = callsByPath.get(path) ?? dispatch(path, authorization);
    callsByPath.set(path, call);
    return call;
  };
}

function dispatch(path, authorization) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let status = 0;
    pool.dispatch(
      { path, method: 'GET', headers: { accept: 'application/json', authorization } },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          if (status !== 200) return reject(new Error(`The upstream answered ${status}.`));
          const bytes = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
          resolve(JSON.parse(bytes.toString('utf8')));
        },
        onResponseError(_controller, error) {
          reject(error);
        },
      },
    );
  });
}
