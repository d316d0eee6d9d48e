// Calls to the upstream as the documentation of undici shows them.

import { Pool } from 'undici';
import { upstreamUrl } from './environment.mjs';

const pool = new Pool(upstreamUrl, { connections: 256 });

export async function getJson(path, authorization) {
  const { statusCode, body } = await pool.request({
    path,
    method: 'GET',
    headers: { accept: 'application/json', authorization },
  });
  if (statusCode !== 200) throw new Error(`The upstream answered ${statusCode}.`);
  return body.json();
}
