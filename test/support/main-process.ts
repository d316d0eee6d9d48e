import { afterEach } from 'vitest';
import { type RunningProcess, runScript } from './process.ts';

// The processes of one test file that run `src/main.ts`. They are killed after each test.

const running: RunningProcess[] = [];

/** Starts a gateway on a free port with only these variables and PATH. */
export function start(env: Record<string, string> = {}): RunningProcess {
  const started = runScript('src/main.ts', [], { PORT: '0', ...env });
  running.push(started);
  return started;
}

afterEach(async () => {
  for (const { child, exited } of running.splice(0)) {
    child.kill('SIGKILL');
    await exited;
  }
});

/** Sends a query, with or without a token. @param url of the gateway, without a path */
export const post = (url: string, query: string, token?: string) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
