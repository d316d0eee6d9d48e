import { setTimeout as wait } from 'node:timers/promises';
import { peakOf, resetPeak, untilIdle } from '../compare/process-usage.ts';
import { tokenOf } from '../compare/requests.ts';
import { workloads } from '../compare/workloads.ts';
import { inRepository, type RunningGateway, run } from '../cursors/processes.ts';
import { cidOf, organizationId, toKey } from '../upstream/ids.ts';
import type { Attack } from './attacker.ts';
import { type Answer, createClient } from './client.ts';
import type { LoopSample } from './loop-probe.ts';

/** Requests of each client in a second. The issue names one; five give enough samples for a percentile. */
const perSecond = 5;

/** What one phase measured: the answers of each client, and of the gateway the peak of its memory and of its event loop. */
export type Phase = {
  readonly answers: Readonly<Record<ClientName, readonly Answer[]>>;
  readonly attacks: readonly Attack[];
  readonly peakBytes: number;
  readonly delayMs: number;
  readonly cpuMs: number;
};

/** The clients whose latency is measured. Both send another token than the caller with the worst operations. */
export const clientNames = ['same organization', 'other organization'] as const;
export type ClientName = (typeof clientNames)[number];

const query = workloads.find(({ name }) => name === 'W1')?.query ?? '';
const otherOrganization = organizationId.replace('3', '4');
/** The number of contacts that the clients have requested: each operation is about another one, so that none is cached. */
let contacts = 0;
/** The index of the worst operations, which is far ahead in each phase for the same reason. */
let attacks = 0;

/** Creates the phases of a gateway. @param seconds the time of each phase */
export function createPhases(gateway: RunningGateway<LoopSample>, seconds: number) {
  const clients = {
    'same organization': createClient(gateway.url, tokenOf(1)),
    'other organization': createClient(gateway.url, tokenOf(2, otherOrganization)),
  };

  async function measure(sent: readonly Attack[]): Promise<Phase> {
    resetPeak(gateway.pid);
    const startedAt = Date.now();
    const pending = { 'same organization': [] as Promise<Answer>[], 'other organization': [] as Promise<Answer>[] };
    for (let n = 0; n < seconds * perSecond; n += 1) {
      // The requests start at fixed times, whether or not earlier ones were answered, and those of the clients alternate.
      for (const [place, name] of clientNames.entries()) {
        const dueAt = startedAt + ((n + place / clientNames.length) * 1_000) / perSecond;
        await wait(Math.max(0, dueAt - Date.now()));
        contacts += 1;
        pending[name].push(clients[name]({ query, variables: { cid: cidOf(toKey(contacts)) } }));
      }
    }
    const answers = {
      'same organization': await Promise.all(pending['same organization']),
      'other organization': await Promise.all(pending['other organization']),
    };
    const samples = gateway.samples().filter(({ at }) => at > startedAt);
    return {
      answers,
      attacks: sent,
      peakBytes: peakOf(gateway.pid),
      delayMs: Math.max(...samples.map(({ delayMs }) => delayMs)),
      cpuMs: Math.max(...samples.map(({ cpuMs }) => cpuMs)),
    };
  }

  return {
    alone: () => measure([]),
    /** Measures while the worst operations are pending. They have been sent for `beforeMs` then. */
    async beside(beforeMs: number): Promise<Phase> {
      attacks += 100_000;
      const args = [inRepository('bench/fairness/attacker.ts'), gateway.url, String(attacks)];
      const { child, end } = run(args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      const sent: Attack[] = [];
      child.on('message', (attack) => sent.push(attack as Attack)); // The process sends no other messages.
      await wait(beforeMs);
      const phase = await measure(sent);
      await end();
      await untilIdle(gateway.pid);
      return phase;
    },
  };
}
