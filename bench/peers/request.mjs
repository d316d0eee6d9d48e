// Upstream calls as in the documentation of undici.

import { Pool } from 'undici';
import { upstreamUrl } from './environment.mjs';

const pool = new Pool(upstreamUrl, { connections: 256 });

/** Reads JSON from a path. @throws {Error} unless the status is 200 */
export async function getJson(path, authorization) {
  const { statusCode, body } = await pool.request({
    path,
    method: 'GET',
    headers: { accept: 'application/json', authorization },
  });
  if (statusCode !== 200) throw new Error(`The upstream answered ${statusCode}.`);
  return body.json();
}
