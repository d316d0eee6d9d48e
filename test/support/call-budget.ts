import type { CallBudget } from '../../src/call-budget/call-budget.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { type Answer, toAnswer } from './gateway.ts';
import { startPrincipals } from './principals.ts';

/** A budget of 1,000 calls, to which one call is added in a second. No read is cached, so that each costs a call. */
const smallBudget = { CALLS_PER_MINUTE: '60', MAX_UPSTREAM_CALLS: '1000', SWITCHED_OFF: 'cache,retry' };

/** A caller of the gateway, and what it does. */
export type BudgetClient = {
  query(query: string, params?: object): Promise<Answer>;
  /** Reads 50 contacts in each operation until the caller is refused. @returns the refusal, and the operations before it */
  spend(): Promise<{ refusal: Answer; operations: number }>;
};

/** Starts a gateway whose callers have small budgets, with a server for its listener. @param callBudget is shared by replicas */
export async function startCallBudgets(env: Record<string, string> = {}, callBudget?: CallBudget) {
  const stores = callBudget === undefined ? {} : { callBudget };
  const principals = await startPrincipals({ contacts: 60 }, stores, { ...smallBudget, ...env });
  const { control } = principals.emulator;
  const server = await startHttpServer(principals.gateway.listener, '127.0.0.1', 0);
  const cids = principals.emulator.contacts().map(({ cid }) => cid);
  return {
    control,
    gateway: principals.gateway,
    cids,
    countCalls: () => control.calls().length,
    /** Adds a caller that is logged in. */
    async client(of: 'manager' | 'second' = 'manager'): Promise<BudgetClient> {
      const { subject } = principals.principal(of).caller;
      const query: BudgetClient['query'] = async (query, params) => {
        const response = await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-principal': subject },
          body: JSON.stringify({ query, ...params }),
        });
        return toAnswer(response);
      };
      await query('{ contacts(first: 1) { nodes { cid } } }');
      control.clearLog();
      return { query, spend: () => spend(query, readContacts(cids.slice(0, 50))) };
    },
    async close() {
      await server.stop(0);
      await principals.close();
    },
  };
}

/** A document that reads contacts with a call for each. */
export function readContacts(cids: readonly string[]): string {
  return `{ ${cids.map((cid, n) => `c${n}: contact(by: {cid: "${cid}"}) { firstName }`).join(' ')} }`;
}

async function spend(query: BudgetClient['query'], document: string) {
  for (let operations = 0; operations < 100; operations += 1) {
    const answer = await query(document);
    if (answer.errors.length > 0) return { refusal: answer, operations };
  }
  throw new Error('The caller was never refused.');
}

/** The parameters of the header `RateLimit`. */
export function parseRateLimit({ headers }: Pick<Answer, 'headers'>): { remaining: number; seconds: number } {
  const [, remaining, seconds] = /^"calls";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit') ?? '') ?? [];
  return { remaining: Number(remaining), seconds: Number(seconds) };
}
