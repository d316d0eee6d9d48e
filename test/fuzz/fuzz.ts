import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { startEmulator } from '../../emulator/emulator.ts';
import { heap } from '../faults/support/process.ts';
import { startLiveGateway } from '../support/live-gateway.ts';
import { logIn } from '../support/passthrough-gateway.ts';
import { type Body, canary, documentBodies, variableBodies } from './generator.ts';

export type FuzzOptions = {
  /** Requests with generated documents, and with generated variables. */
  documents: number;
  variables: number;
  seed: number;
};

export type FuzzResult = {
  statuses: Record<string, number>;
  codes: Record<string, number>;
  /** What a response or the log violated, with the body that caused it; the first hundred. */
  problems: string[];
  /** CPU of the most expensive request, in ms, with that of the client and of the emulator in the same process. */
  maxCpuMs: number;
  /** Bytes by which the heap grew from the first quarter of the requests to their end. */
  heapGrowth: number;
};

/** The longest time for which a request may occupy the process, in ms of CPU. */
const maxCpuMs = 50;

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const publicCodes = new Set([...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code));

/** Sends generated requests one after the other to a gateway in production mode, and examines each response. */
export async function fuzz({ documents, variables, seed }: FuzzOptions): Promise<FuzzResult> {
  const emulator = await startEmulator({ contacts: 20, claims: true });
  const env = { NODE_ENV: 'production', ORGANIZATION_ID: emulator.organizationId, OPERATION_DEADLINE_MS: '20000' };
  const gateway = await startLiveGateway(emulator, env);
  const headers = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json',
    authorization: `Bearer ${await logIn(emulator, emulator)}`,
  };
  const result: FuzzResult = { statuses: {}, codes: {}, problems: [], maxCpuMs: 0, heapGrowth: 0 };

  async function send(body: Body): Promise<{ status: number; text: string; cpuMs: number }> {
    const start = process.cpuUsage();
    const response = await fetch(gateway.url, { method: 'POST', headers, body });
    const text = await response.text();
    const { user, system } = process.cpuUsage(start);
    return { status: response.status, text, cpuMs: (user + system) / 1_000 };
  }

  async function examine(body: Body): Promise<void> {
    const report = (problem: string) => {
      if (result.problems.length < 100) result.problems.push(`${problem}: ${Buffer.from(body).toString('latin1')}`);
    };
    const { status, text, cpuMs: first } = await send(body);
    let cpuMs = first;
    // The collection of garbage and the compilation of code count as well: what remains in each repetition is the request.
    for (let repeats = 0; repeats < 3 && cpuMs >= maxCpuMs; repeats += 1)
      cpuMs = Math.min(cpuMs, (await send(body)).cpuMs);
    result.maxCpuMs = Math.max(result.maxCpuMs, cpuMs);
    result.statuses[status] = (result.statuses[status] ?? 0) + 1;
    if (status >= 500) report(`status ${status}`);
    if (cpuMs >= maxCpuMs) report(`${cpuMs.toFixed(0)} ms of CPU`);
    for (const code of readCodes(text, report)) result.codes[code] = (result.codes[code] ?? 0) + 1;
    if (gateway.logged.some((line) => line.includes(canary) || line.includes('internal error'))) report('in the log');
    gateway.logged.length = 0;
  }

  let sent = 0;
  let heapBefore = 0;
  for (const [arbitrary, count] of [
    [documentBodies, documents],
    [variableBodies, variables],
  ] as const) {
    // In batches, because a sample is held in memory.
    for (let n = 0; n < count; n += 500) {
      const bodies = fc.sample(arbitrary, { numRuns: Math.min(500, count - n), seed: seed + sent });
      for (const body of bodies) await examine(body);
      sent += bodies.length;
      if (heapBefore === 0 && sent >= (documents + variables) / 4) heapBefore = heap();
    }
  }
  result.heapGrowth = heap() - heapBefore;
  await gateway.close();
  await emulator.close();
  return result;
}

/** The codes of the errors of a response, after a check of its form. */
function readCodes(text: string, report: (problem: string) => void): string[] {
  try {
    const { errors = [] } = JSON.parse(text) as { errors?: { message: unknown; extensions?: { code?: string } }[] };
    if (JSON.stringify(errors).includes(canary)) report('an error quotes the request');
    const codes = errors.map(({ extensions }) => String(extensions?.code));
    const unknown = codes.find((code) => !publicCodes.has(code) || code === 'INTERNAL');
    if (unknown !== undefined) report(`the code ${unknown}`);
    return codes;
  } catch {
    report('no JSON');
    return [];
  }
}
